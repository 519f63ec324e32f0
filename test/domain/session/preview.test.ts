import { describe, expect, it } from 'vitest'
import { derivedTitle, previewItem, shortened } from '../../../src/domain/session/preview.js'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'

const session: SessionEntry = {
  key: 'agent:main:x',
  sessionId: '12345678-9abc',
  agentId: 'main',
  createdAt: 0,
  updatedAt: Date.UTC(2026, 0, 2),
}

describe('preview', () => {
  it('tells who said what', () => {
    const text = (words: string) => [{ type: 'text', text: words }] as const
    const result = { role: 'toolResult', toolCallId: '1', toolName: 'look', isError: false, timestamp: 1 } as const
    expect(previewItem({ role: 'user', content: text('hi'), timestamp: 1 }, 50)).toEqual({ role: 'user', text: 'hi' })
    expect(previewItem({ ...result, content: text('seen') }, 50)).toEqual({ role: 'tool', text: 'seen' })
    const call = { type: 'toolCall', id: '1', name: 'look', arguments: {} } as const
    expect(previewItem({ role: 'assistant', content: [call], timestamp: 1 }, 50)).toEqual({
      role: 'tool',
      text: 'call look',
    })
    const picture = { type: 'image', mimeType: 'image/png', data: '' } as const
    expect(previewItem({ role: 'user', content: [picture], timestamp: 1 }, 50)).toEqual({
      role: 'user',
      text: '[image]',
    })
    expect(previewItem({ role: 'assistant', content: [], timestamp: 1 }, 50)).toBeNull()
  })

  it('shortens to the wanted length with dots', () => {
    expect(shortened('x'.repeat(20), 20)).toBe('x'.repeat(20))
    expect(shortened('x'.repeat(21), 20)).toBe(`${'x'.repeat(17)}...`)
    expect(shortened(`${'x'.repeat(16)}😀😀😀`, 20)).toBe(`${'x'.repeat(16)}...`)
  })

  it('derives a title from what its channel says, from first words, from its id', () => {
    expect(derivedTitle({ ...session, displayName: ' Ann ', subject: 'S' }, 'hello')).toBe('Ann')
    expect(derivedTitle({ ...session, subject: 'S' }, 'hello')).toBe('S')
    expect(derivedTitle(session, 'hello\n  there')).toBe('hello there')
    expect(derivedTitle(session, undefined)).toBe('12345678 (2026-01-02)')
  })
})
