import { type Channel, ChannelFailure, type ChannelReceiver } from '../../application/ports/channel.js'

/** Stands where the module of a channel is missing, so that its accounts can say so. */
export function unavailableChannel(kind: string, accountId: string, problem: string): Channel {
  const refuse = () => Promise.reject(new ChannelFailure('stopped', `${kind}/${accountId}: ${problem}`))
  const nothing = { typing: false, reactions: false, edits: false, replies: false, polls: false, threads: false }
  return {
    id: kind,
    label: kind,
    accountId,
    capabilities: { ...nothing, media: { inbound: false, outbound: false }, nativeCommands: false },
    textLimit: { max: 1, unit: 'utf16', lineBreaks: true },
    start: async (receiver: ChannelReceiver) => receiver.changed(),
    stop: async () => undefined,
    status: () => ({
      accountId,
      enabled: true,
      configured: false,
      running: false,
      connected: false,
      lastError: problem,
      lastErrorCode: 'unsupported',
    }),
    probe: async () => ({ ok: false, latencyMs: 0, error: problem }),
    send: refuse,
    placeOf: () => null,
    isSender: () => false,
  }
}
