import type { CommandRights } from '../../../domain/channels/command-rights.js'
import type { DropReason } from '../../../domain/channels/drop-reasons.js'
import { accessRulesOf, accountSettingsOf } from '../../../domain/channels/inbound/account-settings.js'
import { commandText } from '../../../domain/channels/inbound/command-text.js'
import { modelText } from '../../../domain/channels/inbound/model-text.js'
import { routedMessageOf } from '../../../domain/channels/inbound/routed-message.js'
import { maySpeak } from '../../../domain/channels/inbound/send-policy.js'
import { type StoredMessage, storedMessageId } from '../../../domain/channels/inbound/stored-message.js'
import { groupRulesOf } from '../../../domain/channels/judge-group.js'
import { rulesOfTopic } from '../../../domain/channels/rules-of-topic.js'
import type { AgentDirectory } from '../../../domain/config/agent-directory.js'
import type { GatewayConfig } from '../../../domain/config/config.js'
import { messageOf } from '../../../domain/failure.js'
import { Refusal } from '../../../domain/protocol/refusal.js'
import { route } from '../../../domain/routing/bindings.js'
import { cleanMessage } from '../../../domain/run/message-text.js'
import type { RunRequest } from '../../../domain/run/run.js'
import { isStopMessage } from '../../../domain/run/stop-words.js'
import type { SessionEntry } from '../../../domain/session/session-entry.js'
import { isSendCommand } from '../../commands/chat-commands.js'
import type { CommandRuns } from '../../commands/command-runs.js'
import type { Channel, ChatPlace } from '../../ports/channel.js'
import type { Clock } from '../../ports/clock.js'
import type { Ids } from '../../ports/ids.js'
import type { Log } from '../../ports/log.js'
import type { SessionStore, StoreChange } from '../../ports/session-store.js'
import type { RunDesk } from '../../runs/run-desk.js'
import { newSession } from '../../sessions/new-session.js'
import type { AccountLedger, DroppedMessage } from '../account-ledger.js'
import type { AnswerDesk } from './answer-desk.js'
import type { Inbox } from './inbox.js'

/** How long it waits before it tries again what the store could not keep, in milliseconds. */
const RETRY_MS = 5_000
const NO_RIGHTS: CommandRights = { mayCommand: false, isOwner: false }

export interface DispatchParts {
  readonly config: () => GatewayConfig
  readonly agents: AgentDirectory
  readonly store: Pick<SessionStore, 'session' | 'commit'>
  readonly desk: Pick<RunDesk, 'accept' | 'abort'>
  readonly commands: Pick<CommandRuns, 'isCommand' | 'take'>
  readonly inbox: Inbox
  readonly answers: AnswerDesk
  readonly ledger: AccountLedger
  /** Null: there is no such account any more. */
  readonly channelOf: (channel: string, accountId: string) => Channel | null
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** What was taken, with where it belongs. */
interface Routed {
  readonly messages: readonly StoredMessage[]
  readonly newest: StoredMessage
  readonly agentId: string
  readonly sessionKey: string
  readonly session: SessionEntry | null
  readonly runId: string
  readonly rights: CommandRights
  /** Its words, if they are a command. */
  readonly words: string
}

/**
 * Hands messages that were taken to the agent: which one and in which session, as a command or as a question. A message
 * leaves the inbox in the commit that makes a run of it, so that it is answered once, whatever happens in between.
 */
export class DispatchMessages {
  readonly #parts: DispatchParts

  constructor(parts: DispatchParts) {
    this.#parts = parts
  }

  /** Ends when they are on their way; never rejects. @param messages of one sender in one chat, oldest first */
  async dispatch(messages: readonly StoredMessage[]): Promise<void> {
    const [first] = messages
    if (first === undefined) return
    try {
      await this.#dispatch(messages)
    } catch (thrown) {
      const { log, clock } = this.#parts
      const { channel, accountId: account, messageId } = first
      log.error('a message could not be handed on', { channel, account, messageId, err: thrown })
      if (thrown instanceof Refusal) return
      clock.after(RETRY_MS, () => void this.#again(messages))
    }
  }

  /** Those that are still undone. */
  async #again(messages: readonly StoredMessage[]): Promise<void> {
    try {
      await this.#dispatch(messages)
    } catch (thrown) {
      this.#parts.log.error('a message could not be handed on; the next start tries again', { err: thrown })
    }
  }

  async #dispatch(messages: readonly StoredMessage[]): Promise<void> {
    const { config, store, ledger, inbox } = this.#parts
    const newest = messages.at(-1)
    if (newest === undefined) return
    const routed = await this.#route(messages, newest)
    if (typeof routed === 'string') {
      await store.commit(inbox.done(messages.map(storedMessageId)))
      for (const message of messages) ledger.dropped(dropped(message), routed)
      return
    }
    const { rights, words, session, sessionKey } = routed
    const isSpeaking = maySpeak(config().session.sendPolicy, session, { ...newest, sessionKey })
    if (!isSpeaking && !(rights.mayCommand && isSendCommand(words))) {
      await store.commit(inbox.done(messages.map(storedMessageId)))
      for (const message of messages) ledger.dropped(dropped(message), 'send_denied')
      return
    }
    if (rights.mayCommand && isStopMessage(words)) return this.#stop(routed)
    if (newest.attachments === undefined && this.#parts.commands.isCommand(words)) return this.#command(routed)
    await this.#ask(routed, modelText(messages))
  }

  /** Who answers; or why nobody does. Who may talk was judged when the message was taken. */
  async #route(messages: readonly StoredMessage[], newest: StoredMessage): Promise<Routed | DropReason> {
    const { config, store } = this.#parts
    const current = config()
    const account = { id: newest.channel, accountId: newest.accountId }
    const { agentId, sessionKey } = route(routedMessageOf(account, newest), current)
    if (sessionKey === null) return 'no_peer'
    return {
      messages,
      newest,
      agentId,
      sessionKey,
      session: await store.session(sessionKey),
      runId: `channel:${storedMessageId(messages[0] ?? newest)}`,
      rights: newest.rights ?? NO_RIGHTS,
      words: commandText(newest.text, newest.mention === 'us'),
    }
  }

  async #stop(routed: Routed): Promise<void> {
    const { desk } = this.#parts
    const stopped = desk.abort(routed.sessionKey, undefined, 'stop')
    await this.#reply(routed, stopped.length === 0 ? 'Nothing is running.' : 'Stopped.')
  }

  async #command(routed: Routed): Promise<void> {
    const { commands, inbox, answers } = this.#parts
    const { newest, sessionKey, agentId, rights, runId, words, messages } = routed
    const { channel, accountId, sender } = newest
    const { mayCommand: isAuthorised, isOwner } = rights
    const ids = messages.map(storedMessageId)
    const end = await commands.take({
      runId,
      method: 'chat.send',
      message: {
        text: words,
        sessionKey,
        agentId,
        sender: { isAuthorised, isOwner, id: sender.id, channel, accountId },
      },
      changesFor: (answer) => [...inbox.done(ids), ...answers.replyChanges(newest, runId, sessionKey, answer)],
    })
    if (end.kind === 'continue') await this.#ask(routed, modelText([{ ...newest, text: end.text }]))
  }

  async #ask(routed: Routed, text: string): Promise<void> {
    const { desk, inbox, answers } = this.#parts
    const { runId, agentId, sessionKey, messages, newest } = routed
    const live = answers.prepare(runId, newest, agentId)
    const order = { runId, method: 'chat.send' as const, sessionKey, agentId, request: this.#requestFor(routed, text) }
    const changes = [...this.#sessionChanges(routed), ...inbox.done(messages.map(storedMessageId))]
    try {
      const acceptance = await desk.accept(order, null, live, changes)
      if (acceptance.kind === 'accepted') {
        answers.begun(runId, newest)
        return
      }
      answers.forget(runId)
      // The commit of an earlier attempt was made after all.
      await this.#parts.store.commit(inbox.done(messages.map(storedMessageId)))
    } catch (thrown) {
      answers.forget(runId)
      if (!(thrown instanceof Refusal) || inbox.isClosed) throw thrown
      for (const message of messages) this.#parts.ledger.dropped(dropped(message), 'queue_full')
      await this.#reply(routed, `Not taken: ${messageOf(thrown)}.`)
    }
  }

  #requestFor({ newest, messages, session, rights }: Routed, text: string): RunRequest {
    const { config } = this.#parts
    const { channel, accountId, place, sender, messageId } = newest
    const current = config()
    const attachments = messages.flatMap((message) => message.attachments ?? [])
    const model = session?.modelOverride === undefined ? modelOfChat(current, channel, place.chatId) : undefined
    const instructions = place.kind === 'direct' ? undefined : this.#instructions(newest)
    return {
      message: cleanMessage(text),
      ...(attachments.length === 0 ? {} : { attachments }),
      ...(rights.isOwner ? { isOwner: true } : {}),
      ...(model === undefined ? {} : { model }),
      ...(instructions === undefined ? {} : { extraSystemPrompt: instructions }),
      senderId: sender.id,
      reply: { channel, accountId, place },
      replyTo: messageId,
      provenance: { kind: 'channel', sourceChannel: channel },
    }
  }

  /** What the operator wrote for this group. */
  #instructions({ channel, accountId, place }: StoredMessage): string | undefined {
    const rules = accessRulesOf(accountSettingsOf(this.#parts.config(), channel, accountId))
    const own = groupRulesOf(rulesOfTopic(rules, place), place.chatId)
    return own !== null && 'systemPrompt' in own ? (own.systemPrompt as string | undefined) : undefined
  }

  /** Where answers of the session go from now on. Its time stays: whether its conversation is over is for the run to say. */
  #sessionChanges({ sessionKey, agentId, newest, session }: Routed): readonly StoreChange[] {
    const { clock, ids } = this.#parts
    const { channel, accountId, place, chatName, sender, guildId } = newest
    const to = this.#targetOf(newest)
    const thread = place.branch === undefined ? {} : { threadId: place.branch.id }
    const label = chatName ?? sender.name ?? place.chatId
    const isShared = place.kind !== 'direct'
    const otherwise = session ?? newSession(sessionKey, { agentId, sessionId: ids.uuid(), now: clock.now() })
    return [
      {
        kind: 'session.update',
        key: sessionKey,
        changes: {
          channel,
          chatType: place.kind,
          lastChannel: channel,
          lastTo: to,
          lastAccountId: accountId,
          deliveryContext: { channel, to, accountId, ...thread },
          ...(isShared ? { displayName: label, groupChannel: place.chatId } : {}),
          ...(guildId === undefined ? {} : { space: guildId }),
          ...(session?.origin === undefined
            ? { origin: { label, provider: channel, surface: channel, chatType: place.kind, to, accountId, ...thread } }
            : {}),
        },
        otherwise,
      },
    ]
  }

  /** The chat as people write it to send there. */
  #targetOf({ channel, accountId, place }: StoredMessage): string {
    const found = this.#parts.channelOf(channel, accountId)
    const spellings = targetsOf(place)
    return spellings.find((target) => isSamePlace(found?.placeOf(target) ?? null, place)) ?? place.chatId
  }

  async #reply({ newest, messages, sessionKey, runId }: Routed, text: string): Promise<void> {
    const { store, inbox, answers } = this.#parts
    const ids = messages.map(storedMessageId)
    await store.commit([...inbox.done(ids), ...answers.replyChanges(newest, runId, sessionKey, text)])
  }
}

function dropped({ channel, accountId, place, sender, messageId }: StoredMessage): DroppedMessage {
  return { channel, accountId, chatId: place.chatId, senderId: sender.id, messageId }
}

function modelOfChat({ channels }: GatewayConfig, channel: string, chatId: string): string | undefined {
  const chats = Object.hasOwn(channels.modelByChannel, channel) ? channels.modelByChannel[channel] : undefined
  return chats !== undefined && Object.hasOwn(chats, chatId) ? chats[chatId] : undefined
}

function targetsOf({ kind, chatId }: ChatPlace): readonly string[] {
  if (kind === 'direct') return [chatId, `user:${chatId}`, `@${chatId}`]
  return [chatId, `${kind}:${chatId}`, `#${chatId}`, `group:${chatId}`, `channel:${chatId}`]
}

function isSamePlace(one: ChatPlace | null, other: ChatPlace): boolean {
  return one !== null && one.kind === other.kind && one.chatId === other.chatId
}
