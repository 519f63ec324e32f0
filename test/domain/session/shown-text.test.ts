import { describe, expect, it } from 'vitest'
import { withoutInboundPrefix } from '../../../src/domain/session/inbound-prefix.js'
import { stripReplyTags } from '../../../src/domain/session/reply-tags.js'
import { utf8Length } from '../../../src/domain/session/utf8-length.js'

describe('reply tags', () => {
  it.each([
    ['[[reply_to_current]] Hello', 'Hello'],
    ['Hello [[audio_as_voice]]', 'Hello'],
    ['Hello [[ reply_to: 123 ]] world', 'Hello world'],
    ['[[Reply_To_Current]]', ''],
    ['[[reply_to: a]][[audio_as_voice]]both', 'both'],
    ['list[[0]] stays', 'list[[0]] stays'],
    ['  indented, no tags  ', '  indented, no tags  '],
    ['[[reply_to: never closed', '[[reply_to: never closed'],
  ])('%j becomes %j', (text, stripped) => {
    expect(stripReplyTags(text)).toBe(stripped)
  })
})

describe('inbound prefixes', () => {
  const metadata = 'Sender (untrusted metadata):\n```json\n{"name":"Ann"}\n```\n\n'
  it.each([
    ['[Wed 2026-01-28 20:30 UTC] hi', 'hi'],
    ['[Wed 2026-01-28 20:30 GMT+1] hi', 'hi'],
    ['[Telegram Ann id:7 +2m 2026-01-28T20:30Z] hi', 'hi'],
    [`${metadata}hi`, 'hi'],
    [`${metadata}Conversation info (untrusted metadata):\n\`\`\`json\n{}\n\`\`\`\n[Mon 2026-01-26 08:00 UTC] hi`, 'hi'],
    ['[message_id: abc-1]\nhi', 'hi'],
    ['[2026-01-28 20:30] my own note', '[2026-01-28 20:30] my own note'],
    ['[todo] buy milk', '[todo] buy milk'],
    ['see [Wed 2026-01-28 20:30 UTC] there', 'see [Wed 2026-01-28 20:30 UTC] there'],
  ])('%j becomes %j', (text, words) => {
    expect(withoutInboundPrefix(text)).toBe(words)
  })
})

describe('UTF-8 length', () => {
  it.each(['', 'abc', 'é', '€', '😀', 'mixed é € 😀 text'])('of %j is what an encoder writes', (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length)
  })
})
