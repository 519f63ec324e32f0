import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { devicePayload } from '../../src/domain/access/device-payload.js'

/** A device with a key of its own, for tests that need scopes. */
export interface TestDevice {
  readonly id: string
  readonly publicKey: string
  /** The `device` block of a connect request. */
  prove(claims: {
    clientId: string
    clientMode: string
    role?: string
    scopes: readonly string[]
    token?: string
    nonce: string
    signedAt: number
  }): { id: string; publicKey: string; signature: string; signedAt: number; nonce: string }
}

/** Makes a device with a fresh Ed25519 key. */
export function testDevice(): TestDevice {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url')
  const id = createHash('sha256').update(raw).digest('hex')
  return {
    id,
    publicKey: raw.toString('base64url'),
    prove: ({ clientId, clientMode, role = 'operator', scopes, token = '', nonce, signedAt }) => {
      const payload = devicePayload({ deviceId: id, clientId, clientMode, role, scopes, signedAt, token, nonce })
      const signature = sign(null, Buffer.from(payload), privateKey).toString('base64url')
      return { id, publicKey: raw.toString('base64url'), signature, signedAt, nonce }
    },
  }
}
