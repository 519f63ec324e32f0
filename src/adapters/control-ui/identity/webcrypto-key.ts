import { base64url } from './base64url.js'
import type { BrowserMemory } from './browser-memory.js'
import type { DeviceIdentity } from './device-identity.js'
import { hex } from './hex.js'

const ALGORITHM = 'Ed25519'
const NAME = 'device-key'

/** A key that the browser itself keeps and that nobody can read, not even this page. Null where it makes no such keys. */
export async function webcryptoKey(memory: BrowserMemory): Promise<DeviceIdentity | null> {
  if (globalThis.crypto.subtle === undefined) return null
  const pair = (await memory.recall<CryptoKeyPair>(NAME)) ?? (await newPair(memory))
  if (pair === null) return null
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey)
  return {
    deviceId: hex(new Uint8Array(await crypto.subtle.digest('SHA-256', raw))),
    publicKey: base64url(new Uint8Array(raw)),
    sign: async (payload) => {
      const signature = await crypto.subtle.sign(ALGORITHM, pair.privateKey, new TextEncoder().encode(payload))
      return base64url(new Uint8Array(signature))
    },
  }
}

async function newPair(memory: BrowserMemory): Promise<CryptoKeyPair | null> {
  try {
    const pair = (await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify'])) as CryptoKeyPair
    return await memory.keepFirst(NAME, pair)
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'NotSupportedError') return null
    throw thrown
  }
}
