import { BrowserMemory } from '../../identity/browser-memory.js'
import { deviceKey } from '../../identity/device-key.js'
import { basePath } from '../../router/route.js'

/** Id of the device that this browser is; null where it has none. */
export async function thisDevice(): Promise<string | null> {
  return (await deviceKey(new BrowserMemory(basePath)))?.deviceId ?? null
}
