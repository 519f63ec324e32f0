import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { base64url } from './base64url.js'
import type { BrowserMemory } from './browser-memory.js'
import type { DeviceIdentity } from './device-identity.js'
import { hex } from './hex.js'

const NAME = 'device-secret'

/**
 * A key that this page computes with, for browsers that make none: on pages that came by plain HTTP, and old ones. It is
 * kept in the same memory, where any script of this origin could read it.
 */
export async function fallbackKey(memory: BrowserMemory): Promise<DeviceIdentity> {
  const secret =
    (await memory.recall<Uint8Array>(NAME)) ?? (await memory.keepFirst(NAME, ed25519.utils.randomSecretKey()))
  const publicKey = ed25519.getPublicKey(secret)
  return {
    deviceId: hex(sha256(publicKey)),
    publicKey: base64url(publicKey),
    sign: async (payload) => base64url(ed25519.sign(new TextEncoder().encode(payload), secret)),
  }
}
