import { accountSettingsOf } from '../../../domain/channels/inbound/account-settings.js'
import type { ChannelKind } from '../../../domain/config/channels-section.js'
import type { GatewayConfig } from '../../../domain/config/config.js'
import { channelKindsOf } from '../../../domain/config/outside-channels.js'
import { accountIdsOf } from '../../../domain/config/resolve-channel-account.js'
import { messageOf } from '../../../domain/failure.js'
import type { ReloadAction } from '../../../domain/reload/reload-action.js'
import type { Channel, ChannelReceiver } from '../../ports/channel.js'
import type { ChannelFactory, ChannelSurroundings } from '../../ports/channel-factory.js'
import type { Clock } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'

/** How long an account has to end in order before it is left to itself, in milliseconds. */
const STOP_MS = 5_000
/** A start only begins to connect; one that takes longer must not hold up what is asked of the account next. */
const START_MS = 30_000

/** Loads what makes the accounts of one network; asked only for networks that are configured. */
export type ChannelLoader = () => Promise<ChannelFactory>

export interface ChannelAccountsParts {
  readonly config: () => GatewayConfig
  /** Whether accounts of the configuration connect only when somebody asks for one (default false). */
  readonly areSkipped?: boolean
  /** By kind of network. */
  readonly loaders: Readonly<Record<string, ChannelLoader>>
  /** Loads a channel that a package brings; rejects when none does. Absent = there are no packages. */
  readonly outside?: (kind: string) => Promise<ChannelFactory>
  readonly surroundingsOf: (channel: string, accountId: string) => ChannelSurroundings
  readonly clock: Clock
  readonly log: Log
}

/** When an account was started and stopped last, Unix ms. */
export interface AccountTimes {
  readonly lastStartAt?: number
  readonly lastStopAt?: number
}

interface Place {
  channel: Channel | null
  /** Brought by the program around the gateway; not made from the configuration. */
  isGiven: boolean
  /** Settles when what was asked for is done; one thing at a time. */
  turn: Promise<void>
  times: AccountTimes
}

/**
 * The accounts that run: made from the configuration, each by itself. One that fails, hangs or is changed holds up no
 * other.
 */
export class ChannelAccounts {
  readonly #parts: ChannelAccountsParts
  readonly #places = new Map<string, Place>()
  readonly #channels: Channel[] = []
  #receiverFor: (channel: Channel) => ChannelReceiver = () => {
    throw new Error('accounts are started with somebody who receives')
  }
  #isClosed = true

  constructor(parts: ChannelAccountsParts) {
    this.#parts = parts
  }

  /** Every account there is now, in the order of the configuration; the list changes as accounts come and go. */
  get channels(): readonly Channel[] {
    return this.#channels
  }

  find(channel: string, accountId: string): Channel | null {
    return this.#places.get(nameOf(channel, accountId))?.channel ?? null
  }

  timesOf(channel: string, accountId: string): AccountTimes {
    return this.#places.get(nameOf(channel, accountId))?.times ?? {}
  }

  /** Starts everything that is configured, in the background. @param given accounts that were made elsewhere */
  start(given: readonly Channel[], receiverFor: (channel: Channel) => ChannelReceiver): void {
    this.#isClosed = false
    this.#receiverFor = receiverFor
    for (const channel of given) {
      const place = this.#placeOf(channel.id, channel.accountId)
      place.isGiven = true
      place.channel = channel
      this.#listChannels()
      void this.#inTurn(place, () => this.#begin(place, channel))
    }
    if (this.#parts.areSkipped === true) return
    for (const kind of channelKindsOf(this.#parts.config())) {
      for (const accountId of accountIdsOf(this.#parts.config(), kind)) {
        if (!this.#placeOf(kind, accountId).isGiven) void this.#refresh(kind, accountId)
      }
    }
  }

  /** Does what a change of the configuration asks for; ends at once, the work goes on in the background. */
  reload(action: ReloadAction): void {
    if (this.#parts.areSkipped === true) return
    if (action.name === 'channels') {
      for (const kind of channelKindsOf(this.#parts.config())) this.#refreshKind(kind)
    }
    if (action.name !== 'channel') return
    if (action.account === null) this.#refreshKind(action.channel)
    else this.#refresh(action.channel, action.account)
  }

  /** Ends an account and starts it with the settings of now; resolves when it is trying to connect. */
  restart(channel: string, accountId: string): Promise<void> {
    return this.#refresh(channel, accountId)
  }

  /** Ends an account until it is started again or its settings change. */
  stopAccount(channel: string, accountId: string): Promise<void> {
    const place = this.#placeOf(channel, accountId)
    return this.#inTurn(place, () => this.#end(place))
  }

  /** Ends all accounts; resolves when nothing more is received or sent. */
  async stop(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#places.values()].map((place) => this.#inTurn(place, () => this.#end(place))))
  }

  #refreshKind(kind: string): void {
    const wanted = accountIdsOf(this.#parts.config(), kind as ChannelKind)
    const known = [...this.#places].flatMap(([name, { channel }]) =>
      name.startsWith(`${kind}/`) && channel !== null ? [channel.accountId] : [],
    )
    for (const accountId of new Set([...wanted, ...known])) void this.#refresh(kind, accountId)
  }

  #refresh(kind: string, accountId: string): Promise<void> {
    const place = this.#placeOf(kind, accountId)
    return this.#inTurn(place, async () => {
      if (place.isGiven && place.channel !== null) {
        await this.#end(place)
        if (!this.#isClosed) await this.#begin(place, place.channel)
        return
      }
      await this.#end(place)
      place.channel = this.#isClosed ? null : await this.#make(kind, accountId)
      this.#listChannels()
      if (place.channel !== null) await this.#begin(place, place.channel)
    })
  }

  /** Null: the configuration has no such account, or it is switched off. */
  async #make(kind: string, accountId: string): Promise<Channel | null> {
    const { config, loaders, surroundingsOf, log } = this.#parts
    const current = config()
    if (!accountIdsOf(current, kind as ChannelKind).includes(accountId)) return null
    const account = accountSettingsOf(current, kind, accountId)
    if (!account.enabled) return null
    const load = Object.hasOwn(loaders, kind) ? loaders[kind] : this.#outsideLoader(current, kind)
    if (load === undefined) {
      log.warn('this version has no adapter for a channel that is configured', { channel: kind, account: accountId })
      return null
    }
    const make = await load()
    return make(account, surroundingsOf(kind, accountId))
  }

  #outsideLoader({ plugins }: GatewayConfig, kind: string): ChannelLoader | undefined {
    const { outside } = this.#parts
    return outside === undefined || !plugins.enabled || plugins.channels.length === 0 ? undefined : () => outside(kind)
  }

  async #begin(place: Place, channel: Channel): Promise<void> {
    place.times = { ...place.times, lastStartAt: this.#parts.clock.now() }
    await new Promise<void>((resolve, reject) => {
      const late = this.#parts.clock.after(START_MS, () => reject(new Error('the account does not start')))
      channel
        .start(this.#receiverFor(channel))
        .then(resolve, reject)
        .finally(() => late.cancel())
    })
  }

  async #end(place: Place): Promise<void> {
    const { channel } = place
    if (channel === null) return
    place.times = { ...place.times, lastStopAt: this.#parts.clock.now() }
    await new Promise<void>((resolve) => {
      const late = this.#parts.clock.after(STOP_MS, () => {
        this.#parts.log.warn('an account did not stop in time', { channel: channel.id, account: channel.accountId })
        resolve()
      })
      channel
        .stop()
        .catch((thrown: unknown) => {
          const facts = { channel: channel.id, account: channel.accountId, error: messageOf(thrown) }
          this.#parts.log.warn('an account did not stop cleanly', facts)
        })
        .finally(() => {
          late.cancel()
          resolve()
        })
    })
  }

  /** Never rejects: what goes wrong with one account is its own matter. */
  #inTurn(place: Place, work: () => Promise<void>): Promise<void> {
    place.turn = place.turn.then(work).catch((thrown: unknown) => {
      this.#parts.log.error('an account could not be started', {
        ...(place.channel === null ? {} : { channel: place.channel.id, account: place.channel.accountId }),
        error: messageOf(thrown),
      })
    })
    return place.turn
  }

  #placeOf(channel: string, accountId: string): Place {
    const name = nameOf(channel, accountId)
    const place = this.#places.get(name) ?? { channel: null, isGiven: false, turn: Promise.resolve(), times: {} }
    this.#places.set(name, place)
    return place
  }

  #listChannels(): void {
    const all = [...this.#places.values()].flatMap(({ channel }) => (channel === null ? [] : [channel]))
    this.#channels.splice(0, this.#channels.length, ...all)
  }
}

function nameOf(channel: string, accountId: string): string {
  return `${channel}/${accountId}`
}
