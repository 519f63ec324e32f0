import { describe, expect, it } from 'vitest'
import { MAX_ATTACHMENT_BYTES, readAttachments } from '../../../src/domain/run/attachments.js'

const base64 = (bytes: number) => Buffer.alloc(bytes, 0xfb).toString('base64')

describe('readAttachments', () => {
  it('reads pictures, as base64 or as a data URL', () => {
    expect(
      readAttachments([
        { mimeType: 'image/png', fileName: 'a.png', content: 'aGk=' },
        { content: 'data:image/jpeg;charset=x;base64,aG\nk=' },
        { type: 'image', mimeType: 'image/webp', content: 'data:text/plain;base64,aGk=' },
      ]),
    ).toEqual([
      { mimeType: 'image/png', fileName: 'a.png', data: 'aGk=' },
      { mimeType: 'image/jpeg', data: 'aGk=' },
      { mimeType: 'image/webp', data: 'aGk=' },
    ])
  })

  it('writes them in the alphabet and padding that providers take', () => {
    expect(readAttachments([{ mimeType: 'image/png', content: '-_-_aA' }])).toEqual([
      { mimeType: 'image/png', data: '+/+/aA==' },
    ])
  })

  it('leaves out what has no content or is no picture', () => {
    const items = [null, 7, 'x', {}, { content: '' }, { content: 5 }, { mimeType: 'text/plain', content: 'aGk=' }]
    expect(readAttachments([...items, { content: 'aGk=' }])).toEqual([])
    expect(readAttachments(undefined)).toEqual([])
  })

  it.each(['not base64!', 'a', 'aGk===', 'a=Gk', '====='])('refuses damaged content %s by name', (content) => {
    expect(() => readAttachments([{ mimeType: 'image/png', fileName: 'a.png', content }])).toThrow(
      'Error: attachment a.png: invalid base64 content',
    )
  })

  it('takes five million bytes and not one more', () => {
    const largest = { mimeType: 'image/png', content: base64(MAX_ATTACHMENT_BYTES) }
    expect(readAttachments([largest])).toHaveLength(1)
    expect(() => readAttachments([largest, { content: base64(MAX_ATTACHMENT_BYTES + 1) }])).toThrow(
      'Error: attachment #2: exceeds size limit (5000001 > 5000000 bytes)',
    )
  })
})
