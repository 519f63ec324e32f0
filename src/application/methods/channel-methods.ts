import { messageOf } from '../../domain/failure.js'
import { type ChannelsStatusParams, channelsStatusParams } from '../../domain/protocol/methods/gateway-state.js'
import { type MethodRow, method, patient } from '../method-table.js'
import type { Channel, ChannelProbe } from '../ports/channel.js'
import type { Clock } from '../ports/clock.js'

const PROBE_MS = { min: 1_000, standard: 10_000 } as const

export interface ChannelMethodParts {
  readonly channels: readonly Channel[]
  readonly clock: Clock
  /** What went through an account, and since when it runs; absent = nobody counts. */
  readonly factsOf?: (channel: string, accountId: string) => object
}

/** What is known about the channels. */
export function channelMethods(parts: ChannelMethodParts): readonly MethodRow[] {
  return [patient(method('channels.status', channelsStatusParams, (params) => channelsStatus(parts, params)))]
}

async function channelsStatus(parts: ChannelMethodParts, params: ChannelsStatusParams): Promise<object> {
  const { clock } = parts
  const channels = [...parts.channels]
  const accounts = await Promise.all(channels.map((channel) => accountOf(channel, parts, params)))
  const ids = [...new Set(channels.map((channel) => channel.id))]
  const labels = Object.fromEntries(channels.map((channel) => [channel.id, channel.label]))
  const byChannel = (id: string) => accounts.filter((_, index) => channels[index]?.id === id)
  return {
    ts: clock.now(),
    channelOrder: ids,
    channelLabels: labels,
    channelDetailLabels: labels,
    channelSystemImages: {},
    channelMeta: ids.map((id) => ({ id, label: labels[id], detailLabel: labels[id] })),
    channels: Object.fromEntries(ids.map((id) => [id, byChannel(id)[0] ?? {}])),
    channelAccounts: Object.fromEntries(ids.map((id) => [id, byChannel(id)])),
    channelDefaultAccountId: Object.fromEntries(ids.map((id) => [id, byChannel(id)[0]?.accountId ?? 'default'])),
  }
}

async function accountOf(channel: Channel, { clock, factsOf }: ChannelMethodParts, params: ChannelsStatusParams) {
  const status = { ...channel.status(), ...factsOf?.(channel.id, channel.accountId) }
  if (params.probe !== true) return status
  const timeoutMs = Math.max(params.timeoutMs ?? PROBE_MS.standard, PROBE_MS.min)
  return { ...status, lastProbeAt: clock.now(), probe: await probe(channel, clock, timeoutMs) }
}

async function probe(channel: Channel, clock: Clock, timeoutMs: number): Promise<ChannelProbe> {
  const abort = new AbortController()
  const startedAt = clock.monotonic()
  const failed = (error: string) => ({ ok: false, latencyMs: Math.round(clock.monotonic() - startedAt), error })
  return new Promise((resolve) => {
    const timer = clock.after(timeoutMs, () => {
      abort.abort()
      resolve(failed(`no answer within ${timeoutMs} ms`))
    })
    channel
      .probe(abort.signal)
      .catch((thrown) => failed(messageOf(thrown)))
      .then((found) => {
        timer.cancel()
        resolve(found)
      })
  })
}
