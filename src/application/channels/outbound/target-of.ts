import { invalidRequest, unavailable } from '../../../domain/protocol/refusal.js'
import type { Channel, ChatPlace } from '../../ports/channel.js'

/** Where something is to be said, as callers write it. */
export interface WrittenTarget {
  readonly to: string
  readonly channel?: string | undefined
  readonly accountId?: string | undefined
  readonly threadId?: string | undefined
}

/** An account, and a place that it can reach. */
export interface Target {
  readonly channel: Channel
  readonly place: ChatPlace
}

/** The account that is meant; without a channel the only one there is, without an account the first. Throws Refusal. */
export function accountMeant(
  channels: readonly Channel[],
  { channel, accountId }: Pick<WrittenTarget, 'channel' | 'accountId'>,
): Channel {
  const kinds = [...new Set(channels.map(({ id }) => id))]
  const wanted = written(channel)?.toLowerCase()
  if (wanted === 'webchat') {
    throw invalidRequest('webchat is internal: its messages are sent with chat.send, to a session')
  }
  if (wanted !== undefined && !kinds.includes(wanted)) throw invalidRequest(`unsupported channel: ${channel}`)
  if (kinds.length === 0) throw unavailable('no channel is configured')
  if (wanted === undefined && kinds.length > 1) throw invalidRequest(`channel is required: ${kinds.join(', ')}`)
  const kind = wanted ?? kinds[0]
  const accounts = channels.filter(({ id }) => id === kind)
  const account = written(accountId)
  const found = account === undefined ? accounts[0] : accounts.find((one) => one.accountId === account)
  if (found === undefined) throw invalidRequest(`there is no account ${kind}/${account ?? 'default'}`)
  return found
}

/** The place that is meant. Throws Refusal. */
export function targetOf(channels: readonly Channel[], target: WrittenTarget): Target {
  const channel = accountMeant(channels, target)
  const place = channel.placeOf(target.to)
  if (place === null) {
    const forms = `${channel.label} knows no chat named ${JSON.stringify(target.to)}`
    throw invalidRequest(`${forms}; how chats are written: docs/channels, "Targets" of ${channel.id}`)
  }
  const thread = written(target.threadId)
  if (thread === undefined || place.branch !== undefined) return { channel, place }
  const kind = channel.id === 'telegram' ? 'topic' : 'thread'
  return { channel, place: { ...place, branch: { kind, id: thread } } }
}

/** Callers leave things out by empty texts as well. */
function written(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' ? undefined : trimmed
}
