import type { ChatCommand, CommandName } from '../../domain/commands/chat-command.js'
import { type ParsedCommand, parseCommand, parseCommandOrTrigger } from '../../domain/commands/parse-command.js'
import { Refusal } from '../../domain/protocol/refusal.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { newSession } from '../sessions/new-session.js'
import { approve } from './approve.js'
import { beginAnew } from './begin-anew.js'
import { type CarryOut, type CommandMessage, type CommandOutcome, type CommandParts, reply } from './command-order.js'
import { commands } from './commands.js'
import { compact } from './compact.js'
import { config } from './config.js'
import { context } from './context.js'
import { debug } from './debug.js'
import { elevated } from './elevated.js'
import { help } from './help.js'
import { model } from './model.js'
import { models } from './models.js'
import { queue } from './queue.js'
import { reasoning } from './reasoning.js'
import { restart } from './restart.js'
import { send } from './send.js'
import { status } from './status.js'
import { stop } from './stop.js'
import { think } from './think.js'
import { usage } from './usage.js'
import { verbose } from './verbose.js'
import { whoami } from './whoami.js'

const CARRY_OUT: Readonly<Record<CommandName, CarryOut>> = {
  help,
  commands,
  status,
  new: beginAnew,
  reset: beginAnew,
  stop,
  model,
  models,
  think,
  verbose,
  reasoning,
  elevated,
  queue,
  send,
  compact,
  usage,
  whoami,
  context,
  approve,
  config,
  debug,
  restart,
}

export type HandledMessage = { readonly kind: 'not-a-command' } | CommandOutcome

/** Carries out messages that are commands. Which channel they came through is all the same to it. */
export class ChatCommands {
  readonly #parts: CommandParts

  constructor(parts: CommandParts) {
    this.#parts = parts
  }

  /** The command a message is; null = an ordinary message. */
  read(text: string): ParsedCommand | null {
    const { commands: rules, session } = this.#parts.config()
    return rules.text ? parseCommandOrTrigger(text, session.resetTriggers) : null
  }

  /**
   * Carries out the command a message is. What the sender may not do, or said wrongly, is answered with a sentence;
   * rejects with a StoreFailure, and with anything that is not the sender's fault.
   */
  async handle(message: CommandMessage): Promise<HandledMessage> {
    const parsed = this.read(message.text)
    if (parsed === null) return { kind: 'not-a-command' }
    const refusal = refusalFor(parsed.command, message)
    if (refusal !== null) return reply(refusal)
    const session = await this.#sessionOf(message)
    try {
      return await CARRY_OUT[parsed.command.name]({ message, args: parsed.args, session }, this.#parts)
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      return reply(thrown.message)
    }
  }

  async #sessionOf({ sessionKey, agentId }: CommandMessage): Promise<SessionEntry> {
    const { store, clock, ids } = this.#parts
    return (
      (await store.session(sessionKey)) ?? newSession(sessionKey, { agentId, sessionId: ids.uuid(), now: clock.now() })
    )
  }
}

/** Whether a text is the command that opens a session for messages again; it passes where others may not. */
export function isSendCommand(text: string): boolean {
  return parseCommand(text)?.command.name === 'send'
}

function refusalFor(command: ChatCommand, { sender }: CommandMessage): string | null {
  if (!sender.isAuthorised) return 'You may not give commands here.'
  if (command.for === 'owner' && !sender.isOwner) return `/${command.name} is only for the owner of this gateway.`
  return null
}
