import { normalizeAddress } from './address-collision.js'

/** Whether only this machine can reach an IP literal. */
export function isLoopbackAddress(address: string): boolean {
  const plain = normalizeAddress(address)
  return plain === '::1' || plain.startsWith('127.')
}
