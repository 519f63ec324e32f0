import type { GatewayConfig } from '../config/config.js'
import { beginsTurn } from './compaction-turns.js'
import type { TranscriptMessage } from './transcript.js'

/** What a channel's account says about how far back a model reads. */
export interface HistoryLimits {
  readonly historyLimit?: number | undefined
  readonly dmHistoryLimit?: number | undefined
  /** By the id of the other side. */
  readonly dms?: Readonly<Record<string, { readonly historyLimit?: number | undefined } | undefined>> | undefined
}

interface ChannelLimits extends HistoryLimits {
  readonly accounts?: Readonly<Record<string, HistoryLimits | undefined>>
}

/** Which conversation of the channel it is. */
export interface LimitedChat {
  readonly kind: 'direct' | 'group'
  readonly peerId?: string
}

/** The limits somebody wrote for an account of a channel; the account's go before the channel's. */
export function historyLimitsOf(config: GatewayConfig, channel: string, accountId: string): HistoryLimits {
  const sections = config.channels as Readonly<Record<string, unknown>>
  const section = Object.hasOwn(sections, channel) ? (sections[channel] as ChannelLimits | undefined) : undefined
  const accounts = section?.accounts ?? {}
  const own = Object.hasOwn(accounts, accountId) ? accounts[accountId] : undefined
  return {
    historyLimit: own?.historyLimit ?? section?.historyLimit,
    dmHistoryLimit: own?.dmHistoryLimit ?? section?.dmHistoryLimit,
    dms: own?.dms ?? section?.dms,
  }
}

/**
 * How many turns of a conversation the model reads; null = all. A direct chat's own number goes before that of all
 * direct chats; 0 is no limit.
 */
export function historyLimitOf(limits: HistoryLimits, chat: LimitedChat): number | null {
  const turns = chat.kind === 'group' ? limits.historyLimit : (ownLimit(limits, chat) ?? limits.dmHistoryLimit)
  return turns === undefined || turns <= 0 ? null : turns
}

/**
 * The last `turns` turns, each from a user's message on; a summary of what was before stays in front of them.
 * Null = everything. What the user says behind a message of their own, or while tools are at work, begins no turn.
 */
export function lastTurns(messages: readonly TranscriptMessage[], turns: number | null): readonly TranscriptMessage[] {
  if (turns === null) return messages
  let left = turns
  for (let at = messages.length - 1; at >= 0 && messages[at]?.role !== 'system'; at--) {
    if (!beginsTurn(messages, at)) continue
    left -= 1
    if (left === 0) return withSummary(messages, at)
  }
  return messages
}

function ownLimit({ dms = {} }: HistoryLimits, { peerId }: LimitedChat): number | undefined {
  return peerId !== undefined && Object.hasOwn(dms, peerId) ? dms[peerId]?.historyLimit : undefined
}

function withSummary(messages: readonly TranscriptMessage[], start: number): readonly TranscriptMessage[] {
  const summary = messages.slice(0, start).findLast((message) => message.role === 'system')
  return summary === undefined ? messages.slice(start) : [summary, ...messages.slice(start)]
}
