import { accountSettingsOf } from '../../../domain/channels/inbound/account-settings.js'
import { acknowledges } from '../../../domain/channels/inbound/acknowledges.js'
import { previewText } from '../../../domain/channels/inbound/preview-text.js'
import { ripeLength } from '../../../domain/channels/inbound/ripe-block.js'
import type { StoredMessage } from '../../../domain/channels/inbound/stored-message.js'
import { dressedAnswer } from '../../../domain/channels/outbound/dressed-answer.js'
import type { OutboxEntry } from '../../../domain/channels/outbound/outbox-entry.js'
import { quoting } from '../../../domain/channels/outbound/quoted-message.js'
import type { PrefixFacts } from '../../../domain/channels/outbound/response-prefix.js'
import { SILENT_REPLY } from '../../../domain/channels/outbound/silent-reply.js'
import type { AgentDirectory } from '../../../domain/config/agent-directory.js'
import type { GatewayConfig } from '../../../domain/config/config.js'
import type { ChannelAccount } from '../../../domain/config/resolve-channel-account.js'
import { messageOf } from '../../../domain/failure.js'
import type { ReplyAddress, RunRecord } from '../../../domain/run/run.js'
import { type Channel, ChannelFailure, type Delivery, type OutboundMessage } from '../../ports/channel.js'
import type { Clock } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { SessionStore, StoreChange } from '../../ports/session-store.js'
import type { EndingRun } from '../../runs/run-hooks.js'
import { LiveAnswer, type LiveAnswerSettings } from './live-answer.js'

const STANDARD_ACK = '👀'

/** How a run ends, as far as those ask who wait in a chat. */
type Ending = Pick<EndingRun, 'run' | 'state' | 'error' | 'outcome'>

export interface AnswerDeskParts {
  readonly config: () => GatewayConfig
  readonly agents: AgentDirectory
  /** Null: there is no such account, or it does not run. */
  readonly channelOf: (channel: string, accountId: string) => Channel | null
  readonly store: Pick<SessionStore, 'commit'>
  readonly clock: Clock
  readonly log: Log
}

/** One answer that is being written. */
interface Underway {
  readonly live: LiveAnswer
  readonly newest: StoredMessage
  readonly agentId: string
  ack: { readonly channel: Channel; readonly emoji: string } | null
  blocks: number
}

/**
 * Brings answers back to where the question came from: shows them while they are written, puts them into the outbox in
 * the commit that ends the run.
 */
export class AnswerDesk {
  readonly #parts: AnswerDeskParts
  readonly #underway = new Map<string, Underway>()
  /** Messages that show an answer before it is complete; by the id of its entry. */
  readonly #previews = new Map<string, LiveAnswer>()

  constructor(parts: AnswerDeskParts) {
    this.#parts = parts
  }

  /** Hears an answer from its first word. */
  prepare(runId: string, newest: StoredMessage, agentId: string): LiveAnswer {
    const { channelOf, clock, log } = this.#parts
    const { channel, accountId, place } = newest
    const live = new LiveAnswer({
      channel: () => channelOf(channel, accountId),
      place,
      settings: this.#liveSettings(runId, newest),
      clock,
      log,
    })
    this.#underway.set(runId, { live, newest, agentId, ack: null, blocks: 0 })
    return live
  }

  /** The run was taken. */
  begun(runId: string, newest: StoredMessage): void {
    const underway = this.#underway.get(runId)
    if (underway === undefined) return
    underway.live.begin()
    underway.ack = this.#acknowledge(newest, underway.agentId)
  }

  forget(runId: string): void {
    this.#underway.get(runId)?.live.end()
    this.#underway.delete(runId)
  }

  /** What the commit that ends a run has to say. */
  ending(end: Ending): readonly StoreChange[] {
    const { run: record } = end
    const { reply, replyTo } = record.request
    if (reply === undefined) return []
    const underway = this.#underway.get(record.runId)
    const text = this.#textFor(end, underway?.live)
    if (text === null) return []
    const settings = this.#settingsOf(reply)
    const entry: OutboxEntry = {
      id: `${record.runId}:answer`,
      ...reply,
      text,
      ...quoting(settings.replyToMode, replyTo, (underway?.blocks ?? 0) > 0),
      agentId: record.agentId,
      runId: record.runId,
      ...(record.sessionKey === null ? {} : { sessionKey: record.sessionKey }),
      at: this.#parts.clock.now(),
    }
    if (underway !== undefined) this.#previews.set(entry.id, underway.live)
    return [{ kind: 'outbox.add', entry }]
  }

  /** What a commit has to say that answers a message without a model. */
  replyChanges(message: StoredMessage, runId: string, sessionKey: string, text: string): readonly StoreChange[] {
    if (text.trim() === '') return []
    const { channel, accountId, place, messageId } = message
    const reply = { channel, accountId, place }
    const quote = quoting(this.#settingsOf(reply).replyToMode, messageId, false)
    const entry: OutboxEntry = {
      id: `${runId}:reply`,
      ...reply,
      text,
      ...quote,
      runId,
      sessionKey,
      at: this.#parts.clock.now(),
    }
    return [{ kind: 'outbox.add', entry }]
  }

  /** Told of every run that has ended. */
  ended(record: RunRecord): void {
    const underway = this.#underway.get(record.runId)
    this.#underway.delete(record.runId)
    underway?.live.end()
    if (underway?.ack != null && this.#parts.config().messages.removeAckAfterReply) {
      this.#react(underway.ack.channel, underway.newest, null)
    }
  }

  /** Nothing is shown any more; what is in the outbox stays there. */
  close(): void {
    for (const { live } of this.#underway.values()) live.end()
    this.#underway.clear()
  }

  /** Asked before the first part of an entry is sent: makes the message that showed it so far its first part. */
  async takeOver(entryId: string, message: OutboundMessage, signal: AbortSignal): Promise<Delivery | null> {
    const live = this.#previews.get(entryId)
    const entry = live === undefined ? null : await live.previewed()
    this.#previews.delete(entryId)
    if (live === undefined || entry === null) return null
    const channel = live.channel
    if (channel?.edit === undefined) return null
    try {
      await channel.edit(message.place, entry, message.text, signal)
      return { messageId: entry }
    } catch (thrown) {
      if (thrown instanceof ChannelFailure && thrown.retryable) this.#previews.set(entryId, live)
      if (thrown instanceof ChannelFailure && !thrown.retryable) return null
      throw thrown
    }
  }

  #textFor({ run: record, state, error, outcome }: Ending, live: LiveAnswer | undefined): string | null {
    const { reply, thinking } = record.request
    if (reply === undefined) return null
    const text = live?.conclude(outcome.text) ?? outcome.text
    switch (state) {
      case 'ok':
        break
      case 'aborted':
        if (error !== 'timeout') return null
        if (text.trim() === '') return 'The answer took too long and was stopped.'
        break
      case 'error':
        return 'Something went wrong, and there is no answer. Please try again; the log of the gateway says more.'
      case 'interrupted':
        return 'The gateway was interrupted, and there is no answer. Please ask again.'
    }
    return this.#dressed(record.runId, text, reply, record.agentId, {
      ...(outcome.provider === undefined ? {} : { provider: outcome.provider }),
      ...(outcome.model === undefined ? {} : { model: outcome.model }),
      ...(thinking === undefined ? {} : { thinkingLevel: thinking }),
    })
  }

  #liveSettings(runId: string, { channel, accountId, place, wasMentioned }: StoredMessage): LiveAnswerSettings {
    const { config, channelOf } = this.#parts
    const { agents, session } = config()
    const settings = this.#settingsOf({ channel, accountId })
    const found = channelOf(channel, accountId)
    const limit = found?.textLimit
    const hasEdits = found?.capabilities.edits === true
    const { blockStreamingChunk, blockStreamingBreak, blockStreamingDefault, blockStreamingCoalesce } = agents.defaults
    const { minChars, maxChars, idleMs } = settings.blockStreamingCoalesce ?? {}
    const rules = {
      ...blockStreamingChunk,
      minChars: minChars ?? blockStreamingCoalesce.minChars ?? blockStreamingChunk.minChars,
      maxChars: maxChars ?? blockStreamingCoalesce.maxChars ?? blockStreamingChunk.maxChars,
    }
    const hasBlocks =
      settings.blockStreaming || blockStreamingDefault === 'on' || (settings.streaming === 'block' && !hasEdits)
    const standard = place.kind === 'direct' || wasMentioned ? 'instant' : 'message'
    return {
      typing: session.typingMode ?? agents.defaults.typingMode ?? standard,
      typingMs: (session.typingIntervalSeconds ?? agents.defaults.typingIntervalSeconds) * 1000,
      isPreviewed: settings.streaming !== 'off' && hasEdits && !hasBlocks,
      ...(hasBlocks
        ? {
            blocks: {
              ripe: (unsaid, isQuiet) =>
                blockStreamingBreak === 'message_end'
                  ? 0
                  : ripeLength(unsaid, isQuiet ? { ...rules, minChars: 1 } : rules),
              quietMs: idleMs ?? blockStreamingCoalesce.idleMs,
              say: (text) => this.#say(runId, text),
            },
          }
        : {}),
      mayBeSilence: (text) => SILENT_REPLY.startsWith(text) || (text.startsWith('[') && !text.includes(']]')),
      shown: (text) =>
        previewText(text, { max: Math.min(limit?.max ?? 4000, settings.textChunkLimit), unit: limit?.unit ?? 'utf16' }),
    }
  }

  /** Puts a part of an answer into the outbox, and sends it. */
  #say(runId: string, text: string): void {
    const underway = this.#underway.get(runId)
    if (underway === undefined) return
    const { newest, agentId } = underway
    const { channel, accountId, place, messageId } = newest
    const reply = { channel, accountId, place }
    const settings = this.#settingsOf(reply)
    const dressed = this.#dressed(runId, text, reply, agentId, {})
    if (dressed === null) return
    const quote = quoting(settings.replyToMode, messageId, underway.blocks > 0)
    const id = `${runId}:block:${underway.blocks}`
    underway.blocks += 1
    const entry: OutboxEntry = { id, ...reply, text: dressed, ...quote, agentId, runId, at: this.#parts.clock.now() }
    this.#parts.store.commit([{ kind: 'outbox.add', entry }]).catch((thrown: unknown) => {
      this.#parts.log.error('a part of an answer could not be stored', { runId, err: thrown })
    })
  }

  /** The prefix stands before an answer once. */
  #dressed(runId: string, text: string, reply: ReplyAddress, agentId: string, facts: PrefixFacts): string | null {
    const { agents } = this.#parts
    const isLater = (this.#underway.get(runId)?.blocks ?? 0) > 0
    const identityName = (agents.find(agentId) ?? agents.defaultAgent).identity?.name
    const prefix = isLater ? '' : this.#settingsOf(reply).responsePrefix
    return dressedAnswer(text, prefix, { ...facts, ...(identityName === undefined ? {} : { identityName }) })
  }

  #acknowledge(newest: StoredMessage, agentId: string): Underway['ack'] {
    const { config, agents, channelOf } = this.#parts
    const channel = channelOf(newest.channel, newest.accountId)
    if (channel?.react === undefined || !channel.capabilities.reactions) return null
    if (!acknowledges(config().messages.ackReactionScope, newest)) return null
    const agent = agents.find(agentId) ?? agents.defaultAgent
    const emoji = this.#settingsOf(newest).ackReaction ?? agent.identity?.emoji ?? STANDARD_ACK
    if (emoji === '') return null
    this.#react(channel, newest, emoji)
    return { channel, emoji }
  }

  #react(channel: Channel, { place, messageId }: StoredMessage, emoji: string | null): void {
    channel.react?.(place, messageId, emoji).catch((thrown: unknown) => {
      this.#parts.log.debug('a reaction could not be shown', { channel: channel.id, error: messageOf(thrown) })
    })
  }

  #settingsOf({ channel, accountId }: { readonly channel: string; readonly accountId: string }): ChannelAccount {
    return accountSettingsOf(this.#parts.config(), channel, accountId)
  }
}
