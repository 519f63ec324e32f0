import { type ChatCommand, commandNamed } from './chat-command.js'

/** A message that is a command. */
export interface ParsedCommand {
  readonly command: ChatCommand
  /** What follows the name, without white space around it. */
  readonly args: string
}

const SHAPE = /^\/([a-z]{1,20})(?:\s*:\s*|\s+|$)(.*)$/is

/**
 * Reads a message that is a command as a whole: `/name`, `/name args` or `/name: args`, in any case. Null for everything
 * else, also for a name nobody knows and for more words than the command takes: that is a path, or a sentence.
 * @param text without mentions of whom it is for
 */
export function parseCommand(text: string): ParsedCommand | null {
  const [, word = '', rest = ''] = SHAPE.exec(text.trim()) ?? []
  const command = commandNamed(word)
  if (command === undefined) return null
  const args = rest.trim()
  if (!command.mayBeLong && /[\r\n]/.test(text.trim())) return null
  const words = args === '' ? 0 : args.split(/\s+/).length
  return words > command.mostWords ? null : { command, args }
}

/** A command as it is written; reading it gives the same command. */
export function formatCommand({ command, args }: ParsedCommand): string {
  return args === '' ? `/${command.name}` : `/${command.name} ${args}`
}

/**
 * The same, and words of the configuration that begin a new conversation when they stand first in a message.
 * @param triggers `session.resetTriggers`
 */
export function parseCommandOrTrigger(text: string, triggers: readonly string[]): ParsedCommand | null {
  const parsed = parseCommand(text)
  if (parsed !== null) return parsed
  const [first = ''] = text.trim().split(/\s/, 1)
  const isTrigger = first !== '' && triggers.some((trigger) => trigger.trim().toLowerCase() === first.toLowerCase())
  const command = isTrigger ? commandNamed('new') : undefined
  return command === undefined ? null : { command, args: text.trim().slice(first.length).trim() }
}
