import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isShown, LEVELS, readLogLine } from '../../../src/adapters/control-ui/views/logs/log-line.js'

const LINE = JSON.stringify({
  time: '2026-01-02T03:04:05.000Z',
  level: 'warn',
  subsystem: 'gateway/runs',
  message: 'The model was slow',
  pid: 7,
  ms: 900,
})

describe('a line of the log', () => {
  it('is shown with what it says, and the rest beside it', () => {
    expect(readLogLine(LINE, 1)).toEqual({
      id: 1,
      time: '2026-01-02T03:04:05.000Z',
      level: 'warn',
      subsystem: 'gateway/runs',
      message: 'The model was slow',
      details: '{"ms":900}',
    })
  })

  it('that is no JSON object stands as it is', () => {
    for (const text of ['plain text', '{broken', '["a"]']) {
      expect(readLogLine(text, 2)).toMatchObject({ message: text, level: 'info', time: '' })
    }
  })

  it('is found by its level or louder, and by text in any case', () => {
    const line = readLogLine(LINE, 1)
    expect(LEVELS.filter((level) => isShown(line, level, ''))).toEqual(['trace', 'debug', 'info', 'warn'])
    for (const search of ['MODEL', 'gateway/', ' 900 ', '']) expect(isShown(line, 'trace', search)).toBe(true)
    expect(isShown(line, 'trace', 'pid')).toBe(false)
  })

  it('never breaks the view, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const line = readLogLine(text, 1)
        expect(typeof line.message).toBe('string')
        expect(LEVELS).toContain(line.level)
      }),
    )
  })
})
