import { BrowserMemory } from '../../identity/browser-memory.js'
import { deviceKey } from '../../identity/device-key.js'
import { basePath } from '../../router/route.js'

/** Id of the device that this browser is. */
export async function thisDevice(): Promise<string> {
  return (await deviceKey(new BrowserMemory(basePath))).deviceId
}
