import { base64url } from './base64url.js'
import type { BrowserMemory } from './browser-memory.js'
import type { DeviceIdentity } from './device-identity.js'

const ALGORITHM = 'Ed25519'

/**
 * The identity of this browser: a key that never leaves it, made at the first visit. Null where the browser cannot make
 * one: without a secure context (plain HTTP from another machine) or without Ed25519.
 */
export async function deviceKey(memory: BrowserMemory): Promise<DeviceIdentity | null> {
  if (globalThis.crypto?.subtle === undefined) return null
  const pair = await navigator.locks.request('mayros-device-key', () => keptPair(memory))
  if (pair === null) return null
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey)
  const digest = await crypto.subtle.digest('SHA-256', raw)
  return {
    deviceId: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    publicKey: base64url(raw),
    sign: async (payload) =>
      base64url(await crypto.subtle.sign(ALGORITHM, pair.privateKey, new TextEncoder().encode(payload))),
  }
}

/** Two pages that are opened at once make one key, not two: the caller holds the lock. */
async function keptPair(memory: BrowserMemory): Promise<CryptoKeyPair | null> {
  return (await memory.recall<CryptoKeyPair>('device-key')) ?? newPair(memory)
}

async function newPair(memory: BrowserMemory): Promise<CryptoKeyPair | null> {
  try {
    const pair = (await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify'])) as CryptoKeyPair
    await memory.keep('device-key', pair)
    return pair
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'NotSupportedError') return null
    throw thrown
  }
}
