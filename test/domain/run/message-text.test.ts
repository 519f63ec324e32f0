import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanMessage } from '../../../src/domain/run/message-text.js'
import { isStopMessage } from '../../../src/domain/run/stop-words.js'

describe('cleanMessage', () => {
  it('composes characters and drops control characters except tab and line ends', () => {
    expect(cleanMessage('e\u0301\u0001\u007f\t\r\n\u001b[31m')).toBe('é\t\r\n[31m')
  })

  it('refuses NUL', () => {
    expect(() => cleanMessage('a\u0000b')).toThrow('message must not contain null bytes')
  })

  it('leaves nothing behind that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('\u0000'))
        const kept = [...cleanMessage(text)].map((character) => character.codePointAt(0) ?? 0)
        expect(kept.filter((code) => (code < 32 && ![9, 10, 13].includes(code)) || code === 127)).toEqual([])
      }),
    )
  })
})

describe('isStopMessage', () => {
  it('knows the words, alone and in any case', () => {
    const words = ['/stop', 'stop', 'esc', 'abort', 'wait', 'exit', 'interrupt']
    expect(words.every((word) => isStopMessage(`  ${word.toUpperCase()}\n`))).toBe(true)
    expect(['', 'stop it', '/stopp', 'please wait'].some(isStopMessage)).toBe(false)
  })
})
