import { describe, expect, it } from 'vitest'
import { transcriptText } from '../../../src/adapters/control-ui/views/sessions/transcript-text.js'

const timestamp = Date.UTC(2026, 10, 23, 5, 6, 7)

describe('transcriptText', () => {
  it('writes who said what and when', () => {
    const text = transcriptText('Roses', [
      { role: 'user', content: [{ type: 'text', text: 'How are they?' }], timestamp },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Roses.\nRed ones.' },
          { type: 'text', text: 'Fine.' },
          { type: 'image', mimeType: 'image/png', bytes: 7 },
        ],
        timestamp,
        errorMessage: 'the connection broke',
      },
    ])
    expect(text).toBe(`# Roses

## User, 2026-11-23 05:06:07 UTC

How are they?

## Assistant, 2026-11-23 05:06:07 UTC

> Roses.
> Red ones.

Fine.

[picture: image/png]

> the connection broke
`)
  })

  it('fences calls of tools so that nothing in them ends the fence', () => {
    const call = { type: 'toolCall', id: '1', name: 'write', arguments: { text: '````' } } as const
    const text = transcriptText('x', [{ role: 'assistant', content: [call], timestamp }])
    expect(text.split('\n').filter((line) => line === '`````')).toHaveLength(2)
  })
})
