/** Why a device block was rejected; the values travel in `details.reason`. */
export type DeviceRefusalReason =
  | 'device-id-mismatch'
  | 'device-signature-stale'
  | 'device-nonce-missing'
  | 'device-nonce-mismatch'
  | 'device-signature'
  | 'device-public-key'

const SENTENCES: Readonly<Record<DeviceRefusalReason, string>> = {
  'device-id-mismatch': 'device identity mismatch',
  'device-signature-stale': 'device signature expired',
  'device-nonce-missing': 'device nonce required',
  'device-nonce-mismatch': 'device nonce mismatch',
  'device-signature': 'device signature invalid',
  'device-public-key': 'device public key invalid',
}

/** The sentence clients match for a rejected device block. */
export function deviceRefusalSentence(reason: DeviceRefusalReason): string {
  return SENTENCES[reason]
}

/** The `device` block of `connect`. */
export interface DeviceBlock {
  readonly id: string
  readonly publicKey: string
  readonly signature: string
  readonly signedAt: number
  readonly nonce: string
}

/** What judging needs to know that is not in the block. */
export interface DeviceJudgement {
  /** Nonce of the challenge of this very socket. */
  readonly challengeNonce: string
  readonly now: number
  readonly maxSkewMs: number
  /** Null when the key is no Ed25519 key. */
  readonly key: { readonly deviceId: string } | null
  /** Whether the signature fits; asked last because it is the expensive part. */
  signatureFits(): boolean
}

/** Null when the device has proven itself, else why not. The order of checks is part of the protocol. */
export function judgeDevice(device: DeviceBlock, judgement: DeviceJudgement): DeviceRefusalReason | null {
  if (judgement.key === null) return 'device-public-key'
  if (judgement.key.deviceId !== device.id) return 'device-id-mismatch'
  if (Math.abs(judgement.now - device.signedAt) > judgement.maxSkewMs) return 'device-signature-stale'
  const nonce = device.nonce.trim()
  if (nonce === '') return 'device-nonce-missing'
  if (nonce !== judgement.challengeNonce) return 'device-nonce-mismatch'
  return judgement.signatureFits() ? null : 'device-signature'
}
