import { CHAT_COMMANDS } from '../../domain/commands/chat-command.js'
import type { ChannelAccount } from '../../domain/config/resolve-channel-account.js'

export interface MenuEntry {
  readonly command: string
  readonly description: string
}

/** What Telegram takes: https://core.telegram.org/bots/api#botcommand */
const NAME = /^[a-z0-9_]{1,32}$/
const MOST_ENTRIES = 100
const LONGEST_DESCRIPTION = 256

/**
 * The menu beside the text field: commands that every sender may give, then the account's own.
 * `rejected` are own ones whose name Telegram does not take or that are there already.
 */
export function commandMenu({
  commands,
  customCommands = [],
}: Pick<ChannelAccount<'telegram'>, 'commands' | 'customCommands'>): {
  readonly entries: readonly MenuEntry[]
  readonly rejected: readonly string[]
} {
  const entries: MenuEntry[] = []
  const rejected: string[] = []
  if (commands?.native !== false) {
    for (const { name, about, for: audience } of CHAT_COMMANDS) {
      if (audience === 'sender') entries.push({ command: name, description: about.slice(0, LONGEST_DESCRIPTION) })
    }
  }
  for (const { command, description } of customCommands) {
    const name = command.replace(/^\//, '').toLowerCase()
    const isTaken = entries.length >= MOST_ENTRIES || entries.some((entry) => entry.command === name)
    if (isTaken || !NAME.test(name)) rejected.push(command)
    else entries.push({ command: name, description: description.slice(0, LONGEST_DESCRIPTION) })
  }
  return { entries, rejected }
}
