import { CHAT_COMMANDS, type ChatCommand } from '../../../../domain/commands/chat-command.js'

/** Commands that what was written so far may become; none once a name is complete and something follows. */
export function matchingCommands(text: string): readonly ChatCommand[] {
  const begun = /^\/([a-z]*)$/i.exec(text)?.[1]?.toLowerCase()
  if (begun === undefined) return []
  return CHAT_COMMANDS.filter(({ name, aliases }) => [name, ...aliases].some((word) => word.startsWith(begun)))
}
