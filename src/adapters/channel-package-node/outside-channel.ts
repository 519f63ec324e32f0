import {
  CHANNEL_FAILURES,
  type Channel,
  ChannelFailure,
  type ChannelFailureCode,
  type ChannelPoll,
  type ChatPlace,
} from '../../application/ports/channel.js'
import { ChannelPackageFailure } from '../../application/ports/channel-package.js'
import { messageOf } from '../../domain/failure.js'

const NEEDED = ['start', 'stop', 'status', 'probe', 'send', 'placeOf', 'isSender'] as const

/**
 * A channel of another author, held to what the gateway relies on: everything needed is there, and what it throws is a
 * ChannelFailure. (Its own errors may come from another copy of the class, so they are known by their `code`.)
 */
export function outsideChannel(kind: string, accountId: string, made: unknown): Channel {
  const channel = checked(kind, made)
  const { edit, typing, react, poll, logout, handle, httpPaths } = channel
  const guarded = <T>(asked: () => Promise<T>): Promise<T> => translated(`${kind}/${accountId}`, asked)
  return {
    id: kind,
    label: channel.label,
    accountId,
    capabilities: channel.capabilities,
    textLimit: channel.textLimit,
    start: (receiver) => channel.start(receiver),
    stop: () => channel.stop(),
    status: () => ({ ...channel.status(), accountId }),
    probe: (signal) => channel.probe(signal),
    send: (message, signal) => guarded(() => channel.send(message, signal)),
    placeOf: (target) => channel.placeOf(target),
    isSender: (entry, sender) => channel.isSender(entry, sender),
    ...(edit && {
      edit: (place: ChatPlace, id: string, text: string, signal: AbortSignal) =>
        guarded(() => edit.call(channel, place, id, text, signal)),
    }),
    ...(typing && { typing: (place: ChatPlace) => guarded(() => typing.call(channel, place)) }),
    ...(react && {
      react: (place: ChatPlace, id: string, emoji: string | null) =>
        guarded(() => react.call(channel, place, id, emoji)),
    }),
    ...(poll && { poll: (one: ChannelPoll, signal: AbortSignal) => guarded(() => poll.call(channel, one, signal)) }),
    ...(logout && { logout: () => guarded(() => logout.call(channel)) }),
    ...(httpPaths && { httpPaths }),
    ...(handle && { handle: (request: Request) => handle.call(channel, request) }),
  }
}

function checked(kind: string, made: unknown): Channel {
  const invalid = (why: string) => new ChannelPackageFailure('package-invalid', `the package of ${kind} ${why}`)
  if (typeof made !== 'object' || made === null) throw invalid('made no channel')
  const channel = made as Channel
  const missing = NEEDED.filter((member) => typeof channel[member] !== 'function')
  if (missing.length > 0) throw invalid(`made a channel without ${missing.join(', ')}`)
  if (typeof channel.label !== 'string' || channel.label === '') throw invalid('made a channel without a label')
  if (typeof channel.capabilities?.media !== 'object') throw invalid('made a channel without capabilities')
  if (!(channel.textLimit?.max > 0)) throw invalid('made a channel without a textLimit')
  return channel
}

async function translated<T>(name: string, asked: () => Promise<T>): Promise<T> {
  try {
    return await asked()
  } catch (thrown) {
    if (thrown instanceof ChannelFailure) throw thrown
    const { code, retryAfterMs } = thrown as { readonly code?: unknown; readonly retryAfterMs?: unknown }
    throw new ChannelFailure(isCode(code) ? code : 'network', `${name}: ${messageOf(thrown)}`, {
      cause: thrown,
      ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    })
  }
}

function isCode(code: unknown): code is ChannelFailureCode {
  return typeof code === 'string' && Object.hasOwn(CHANNEL_FAILURES, code)
}
