import { createHash, generateKeyPairSync, sign } from 'node:crypto'

/** A device with an Ed25519 key that signs `connect` as protocol v3 wants it. */
export function createDevice() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  // The key is the end of its DER form. (Thousands of exports as JWK made Node.js 20 stop on a lock of its own.)
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return { id: createHash('sha256').update(raw).digest('hex'), publicKey: raw.toString('base64url'), privateKey }
}

/** The text of a `connect` request that answers the challenge `nonce`. */
export function connectText(device, { token, nonce, scopes, mode = 'backend' }) {
  const client = { id: 'gateway-client', version: '1.0.0', platform: 'linux', mode }
  const signedAt = Date.now()
  const facts = ['v2', device.id, client.id, client.mode, 'operator', scopes.join(','), signedAt, token, nonce]
  const signature = sign(null, Buffer.from(facts.join('|')), device.privateKey).toString('base64url')
  const proof = { id: device.id, publicKey: device.publicKey, signature, signedAt, nonce }
  const params = { minProtocol: 3, maxProtocol: 3, client, role: 'operator', scopes, device: proof, auth: { token } }
  return JSON.stringify({ type: 'req', id: 'connect', method: 'connect', params })
}
