import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CHAT_COMMANDS } from '../../../src/domain/commands/chat-command.js'

describe('docs/chat-commands.md', () => {
  it('lists every command as it is, and no other', () => {
    const text = readFileSync(new URL('../../../docs/chat-commands.md', import.meta.url), 'utf8')
    const rows = text.split('\n').filter((line) => line.startsWith('| `/'))
    const expected = CHAT_COMMANDS.map((command) => {
      const takes = command.takes === '' ? '' : ` ${command.takes.replaceAll('|', '\\|')}`
      const aliases = command.aliases.map((alias) => `\`/${alias}\``).join(', ')
      return `| \`/${command.name}${takes}\` |${aliases === '' ? '' : ` ${aliases}`} | ${command.about} | ${command.for} |`
    })
    expect(rows).toEqual(expected)
  })
})
