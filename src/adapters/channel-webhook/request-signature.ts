import { createHmac, timingSafeEqual } from 'node:crypto'
import { signatureIn } from '../../domain/hooks/signature.js'

export const TIMESTAMP_HEADER = 'x-mayros-timestamp'
export const SIGNATURE_HEADER = 'x-mayros-signature'
/** How far the clocks of both sides may be apart, and how long a request that was overheard can be sent again. */
export const TOLERANCE_MS = 5 * 60 * 1000
const PREFIX = 'sha256='
const SECONDS = /^\d{1,12}$/

/** Headers of a request that proves who sent it and when. @param now Unix milliseconds */
export function signed(secret: string, body: Uint8Array, now: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000))
  return {
    [TIMESTAMP_HEADER]: timestamp,
    [SIGNATURE_HEADER]: PREFIX + hmac(secret, timestamp, body).toString('hex'),
  }
}

/** What a request shows of itself before its body is read; a text says what is wrong. */
export function readProof(
  headers: Headers,
  now: number,
): { readonly timestamp: string; readonly hex: string } | string {
  const timestamp = headers.get(TIMESTAMP_HEADER)?.trim() ?? ''
  if (!SECONDS.test(timestamp)) return `the header ${TIMESTAMP_HEADER} has to be the time in Unix seconds`
  const hex = signatureIn(headers.get(SIGNATURE_HEADER) ?? undefined, PREFIX)
  if (hex === null) return `the header ${SIGNATURE_HEADER} has to be ${PREFIX} and a SHA-256 HMAC`
  const apart = Math.abs(Number(timestamp) * 1000 - now)
  return apart > TOLERANCE_MS ? 'the timestamp is more than five minutes away from the time here' : { timestamp, hex }
}

/** Takes the same time whatever differs. */
export function isProven(
  secret: string,
  proof: { readonly timestamp: string; readonly hex: string },
  body: Uint8Array,
) {
  return timingSafeEqual(hmac(secret, proof.timestamp, body), Buffer.from(proof.hex, 'hex'))
}

function hmac(secret: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest()
}
