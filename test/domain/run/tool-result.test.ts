import { describe, expect, it } from 'vitest'
import { shownToolResult } from '../../../src/domain/run/tool-result.js'

describe('shownToolResult', () => {
  it('cuts long texts and names pictures by their size', () => {
    const long = 'x'.repeat(9_000)
    const picture = { type: 'image', mimeType: 'image/png', data: 'AAAA' }
    expect(shownToolResult({ content: [{ type: 'text', text: long }, picture, 5], details: 1 })).toEqual({
      content: [
        { type: 'text', text: 'x'.repeat(8_000) },
        { type: 'image', mimeType: 'image/png', bytes: 3, omitted: true },
        5,
      ],
      details: 1,
    })
    expect(shownToolResult(long)).toBe('x'.repeat(8_000))
  })

  it.each([[null], [undefined], [7], [{ a: 1 }], [[1]]])('leaves %j as it is', (result) => {
    expect(shownToolResult(result)).toEqual(result)
  })
})
