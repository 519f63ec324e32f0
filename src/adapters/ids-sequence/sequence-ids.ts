import type { Ids } from '../../application/ports/ids.js'

/** Ids that count up from 1, for tests: well formed, never repeating, and the same in every run. Not for secrets. */
export class SequenceIds implements Ids {
  #uuids = 0
  #tokens = 0

  uuid(): string {
    this.#uuids += 1
    return `00000000-0000-4000-8000-${this.#uuids.toString(16).padStart(12, '0')}`
  }

  /** The counter as a big-endian number of that many bytes. */
  token(bytes: number): string {
    this.#tokens += 1
    const raw = Buffer.alloc(bytes)
    raw.writeUIntBE(this.#tokens % 2 ** (8 * Math.min(bytes, 6)), Math.max(0, bytes - 6), Math.min(bytes, 6))
    return raw.toString('base64url')
  }
}
