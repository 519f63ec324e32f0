import type { Channel, ChannelReceiver } from '../../../src/application/ports/channel.js'
import type { ContractHarness } from '../kit/contract.js'
import { within } from '../kit/waiting.js'

/** How the network behaves towards the account. */
export type ChannelSituation = 'working' | 'unreachable' | 'silent' | 'unconfigured'

/** The other side of an account: people, and the network between. */
export interface ChannelNetwork {
  /** Somebody writes directly to the account; resolves when the network has it. */
  write(senderId: string, text: string): Promise<void>
  /** What the account has shown to that person directly, oldest first. */
  shownTo(senderId: string): readonly string[]
  /** How people name that person as the target of a message. */
  targetOf(senderId: string): string
  /** The connection breaks, and cannot be made until `mend`. */
  break(): Promise<void>
  mend(): Promise<void>
}

/** An account under test; it has not been started. */
export interface ChannelSubject {
  readonly channel: Channel
  /** Whether nothing is held for this account: connections, timers. */
  isIdle(): boolean
  /** What people on the network do; without it nothing is proved about messages. */
  readonly network?: ChannelNetwork
  /** Takes the network down; the channel is stopped by then. */
  dispose(): Promise<void>
}

/** What a channel's own test has to bring. */
export interface ChannelHarness extends ContractHarness {
  /** An account of this name on a network (a double of it) that behaves as the situation says. */
  create(situation: ChannelSituation, accountId: string): Promise<ChannelSubject>
  /** Whether its subjects have a `network`. */
  readonly hasNetwork?: boolean
  /** Credentials that `create` configures; none of them may be shown. */
  readonly secrets?: readonly string[]
}

/** Takes everything and keeps nothing. */
const DEAF: ChannelReceiver = {
  received: async () => undefined,
  moved: async () => undefined,
  changed: () => undefined,
}

/** Runs `body` with an account of its own, and takes everything down afterwards. */
export async function on(
  harness: ChannelHarness,
  situation: ChannelSituation,
  accountId: string,
  body: (subject: ChannelSubject) => Promise<void>,
): Promise<void> {
  const subject = await harness.create(situation, accountId)
  try {
    await body(subject)
  } finally {
    await stopped(subject.channel)
    await subject.dispose()
  }
}

export function started(channel: Channel, receiver: ChannelReceiver = DEAF): Promise<void> {
  return within('start to resolve', channel.start(receiver))
}

export function stopped(channel: Channel): Promise<void> {
  return within('stop to resolve', channel.stop())
}

/** What an account says of itself, for messages of failed proofs. */
export function told(channel: Channel): string {
  return JSON.stringify(channel.status())
}
