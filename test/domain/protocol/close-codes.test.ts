import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closure, cutToUtf8Bytes } from '../../../src/domain/protocol/close-codes.js'

const anyText = fc.string({ unit: 'binary', maxLength: 200 })

describe('a closure', () => {
  it('has a reason of at most 120 bytes, cut between characters', () => {
    fc.assert(
      fc.property(anyText, (reason) => {
        const cut = closure(1008, reason).reason
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(120)
        expect(reason.startsWith(cut)).toBe(true)
        expect(cut.isWellFormed()).toBe(reason.isWellFormed())
      }),
    )
  })

  it('keeps as much as fits', () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), (text, bytes) => {
        const cut = cutToUtf8Bytes(text, bytes)
        const next = [...text.slice(cut.length)][0]
        if (next !== undefined) expect(Buffer.byteLength(cut + next)).toBeGreaterThan(bytes)
      }),
    )
  })

  it('counts a lone surrogate as the three bytes it is sent as', () => {
    expect(cutToUtf8Bytes('\ud800\ud800', 5)).toBe('\ud800')
  })
})
