import type { BrowserMemory } from './browser-memory.js'
import type { DeviceIdentity } from './device-identity.js'
import { webcryptoKey } from './webcrypto-key.js'

/** The identity of this browser, made at the first visit. */
export async function deviceKey(memory: BrowserMemory): Promise<DeviceIdentity> {
  const key = await webcryptoKey(memory)
  if (key !== null) return key
  const { fallbackKey } = await import('./fallback-key.js')
  return fallbackKey(memory)
}
