import {
  DELIVERY_KEPT_MS,
  failureCourseOf,
  type RetryRules,
  retryDelayMs,
} from '../../../domain/channels/outbound/delivery-failure.js'
import { cursorAt } from '../../../domain/channels/outbound/next-piece.js'
import { ChannelFailure, type Delivery } from '../../ports/channel.js'
import type { ChannelMail, DeadLetter, OutboxEntry, UndeliveredEntry } from '../../ports/channel-mail.js'
import type { Clock } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { SessionStore, StoreChange } from '../../ports/session-store.js'
import { AccountCircuit } from './account-circuit.js'
import { ChatLanes } from './chat-lanes.js'
import { Courier, type CourierParts, type Parcel, type SentPart } from './courier.js'
import { DirectSender } from './direct-sender.js'
import { Halt } from './halt.js'
import { pause } from './pause.js'
import { readFailure } from './read-failure.js'
import { RecentIds } from './recent-ids.js'

/** Dead letters are kept this long. */
const DEAD_LETTERS_KEPT_MS = 30 * 24 * 60 * 60 * 1000
/** So long a direct message waits for what is said before it in the same chat. */
const LONGEST_WAIT_MS = 60_000
/** So many entries are recognised should they be handed in again, and so many answers known to be going on. */
const REMEMBERED = 10_000
/** Where no account says otherwise. */
const STANDARD_RETRY: RetryRules = { attempts: 3, minDelayMs: 400, maxDelayMs: 30_000, jitter: 0.1 }

/** What is sent at once or not at all. */
export type DirectMessage = Parcel

export interface DeliveryDeskParts extends Pick<CourierParts, 'routeOf' | 'takeOver'> {
  readonly store: Pick<SessionStore, 'commit'> & Pick<ChannelMail, 'undelivered'>
  /** Milliseconds to wait between two messages of one answer, as its agent does. */
  readonly pauseMs: (agentId: string | undefined) => number
  /** From 0 to below 1. */
  readonly random: () => number
  readonly clock: Clock
  readonly log: Log
  /** Told of every message that a network has; must not throw. */
  readonly sent?: (channel: string, accountId: string) => void
  /** Told when the last part of an entry was sent; must not throw. */
  readonly delivered?: (entry: OutboxEntry, last: Delivery | null) => void
  /** Told of what was given up; must not throw. */
  readonly gaveUp?: (letter: DeadLetter) => void
}

/**
 * Brings what is in the outbox to the networks: in order within a chat, message by message, with progress that survives
 * a crash, until it is sent or there is no hope. A message whose answer was lost (by a crash, a broken connection or a
 * network that says nothing) is sent again, so that people may see that one message twice, but never miss one.
 */
export class DeliveryDesk {
  readonly #parts: DeliveryDeskParts
  readonly #courier: Courier
  readonly #lanes = new ChatLanes()
  readonly #circuits = new Map<string, AccountCircuit>()
  readonly #direct: DirectSender
  /** Entries that were handed in. */
  readonly #taken = new RecentIds(REMEMBERED)
  /** Answers of which people have seen something. */
  readonly #begun = new RecentIds(REMEMBERED)
  /** Chats whose id has changed, by account and old id. */
  readonly #moved = new Map<string, string>()
  /** Nobody waits any more; what can be sent at once still is. */
  #draining = new Halt()
  /** Nothing is sent any more. */
  #ending = new Halt()

  constructor(parts: DeliveryDeskParts) {
    this.#parts = parts
    this.#courier = new Courier(parts)
    this.#direct = new DirectSender({
      courier: this.#courier,
      circuitOf: (parcel) => this.#circuitOf(parcel),
      retryOf: (parcel) => this.#retryOf(parcel),
      noteSent: (parcel) => this.#noteSent(parcel),
      now: (parcel) => this.#now(parcel),
      random: parts.random,
      clock: parts.clock,
    })
  }

  /** Takes up what an earlier process left, each from where it stopped. */
  async start(): Promise<void> {
    const { store, clock, log } = this.#parts
    this.#draining = new Halt()
    this.#ending = new Halt()
    this.#circuits.clear()
    await store.commit([{ kind: 'outbox.forget', before: clock.now() - DEAD_LETTERS_KEPT_MS }])
    const left = await store.undelivered()
    if (left.length > 0) log.info('answers are delivered that were left from before', { count: left.length })
    for (const entry of left) this.deliver(entry)
  }

  /** Sends what is in the outbox durably. Handing in the same entry again does nothing. */
  deliver(entry: OutboxEntry | UndeliveredEntry): void {
    if (this.#draining.isReached || this.#taken.has(entry.id)) return
    this.#taken.add(entry.id)
    const left: UndeliveredEntry = { sentTo: 0, ...entry }
    this.#lanes.push(laneOf(this.#now(entry)), () => this.#deliver(left))
  }

  /** Puts something into the outbox and sends it; resolves when it is durable. Rejects when it could not be stored. */
  async post(entry: OutboxEntry): Promise<void> {
    await this.#parts.store.commit([{ kind: 'outbox.add', entry }])
    this.deliver(entry)
  }

  /**
   * Sends something at once, after what is said before it in the same chat, and answers with what the network made of its
   * last message. Rejects with a ChannelFailure when it cannot be sent in a few attempts; then nobody tries again.
   */
  sendNow(message: DirectMessage): Promise<Delivery> {
    const name = `${message.channel}/${message.accountId}`
    if (this.#draining.isReached) {
      return Promise.reject(new ChannelFailure('stopped', `${name} sends nothing more: the gateway is stopping`))
    }
    return new Promise((resolve, reject) => {
      let isWaiting = true
      const timer = this.#parts.clock.after(LONGEST_WAIT_MS, () => {
        isWaiting = false
        reject(new ChannelFailure('network', `${name}: earlier messages of this chat cannot be sent yet`))
      })
      this.#lanes.push(laneOf(this.#now(message)), async () => {
        if (!isWaiting) return
        timer.cancel()
        try {
          resolve(await this.#direct.send(message, this.#ending, this.#draining))
        } catch (thrown) {
          reject(thrown)
        }
      })
    })
  }

  /** An account has been started or has connected: what waits for it is tried at once. */
  accountChanged(channel: string, accountId: string): void {
    this.#circuits.get(`${channel}/${accountId}`)?.reset()
  }

  /** A chat has a new id: what waits for it goes there, now and after a restart. */
  async moved(channel: string, accountId: string, from: string, to: string): Promise<void> {
    // Where it goes now it stays, even if it was called so before.
    this.#moved.delete(`${channel}/${accountId}/${to}`)
    this.#moved.set(`${channel}/${accountId}/${from}`, to)
    this.#lanes.rename(`${channel}/${accountId}/${from}`, `${channel}/${accountId}/${to}`)
    await this.#parts.store.commit([{ kind: 'outbox.move', channel, accountId, from, to }])
  }

  /** How many texts are under way or wait. */
  get waiting(): number {
    return this.#lanes.pending
  }

  /**
   * Takes nothing more and sends what can be sent without waiting, for at most `graceMs`; the rest stays in the outbox
   * for the next start.
   */
  async stop(graceMs: number): Promise<void> {
    this.#draining.reach()
    const timer = this.#parts.clock.after(graceMs, () => this.#ending.reach())
    await this.#lanes.idle()
    timer.cancel()
    this.#ending.reach()
    this.#taken.clear()
  }

  async #deliver(entry: UndeliveredEntry): Promise<void> {
    const circuit = this.#circuitOf(entry)
    let cursor = cursorAt(entry.text, entry.sentTo)
    const answer = entry.runId ?? entry.id
    let failures = 0
    let oddities = 0
    while (!this.#ending.isReached) {
      if (failures === 0 && this.#begun.has(answer)) await this.#pauseLikePeople(entry)
      await circuit.admit(this.#draining)
      if (this.#draining.isReached && circuit.isOpen) return
      let part: SentPart | null
      try {
        part = await this.#courier.send(this.#now(entry), cursor, this.#ending)
      } catch (thrown) {
        if (this.#ending.isReached) return
        failures += 1
        if (readFailure(thrown).code === 'unexpected') oddities += 1
        const waitMs = this.#judge(entry, thrown, { failures, oddities }, circuit)
        if (waitMs === null) return this.#giveUp({ ...entry, sentTo: cursor.at }, thrown)
        if (this.#draining.isReached) return
        await this.#rest(circuit, thrown, waitMs)
        continue
      }
      failures = 0
      oddities = 0
      if (part === null) circuit.passed()
      else this.#noteSent(entry)
      this.#begun.add(answer)
      if (part === null || part.isLast) return this.#close(entry, part)
      cursor = part.next
      await this.#note(entry, { kind: 'outbox.progress', id: entry.id, sentTo: cursor.at })
    }
  }

  #pauseLikePeople({ agentId }: UndeliveredEntry): Promise<void> {
    const { clock, pauseMs } = this.#parts
    return pause(clock, pauseMs(agentId), this.#draining)
  }

  /**
   * How long to wait before the next attempt; null = there is none.
   * Counted are failures of this part in a row, and those of them that nobody understands.
   */
  #judge(
    entry: UndeliveredEntry,
    thrown: unknown,
    { failures, oddities }: { readonly failures: number; readonly oddities: number },
    circuit: AccountCircuit,
  ): number | null {
    const { code, reason, retryAfterMs } = readFailure(thrown)
    const course = failureCourseOf(code)
    if (course === 'give-up') circuit.worked()
    else circuit.failed(code, retryAfterMs)
    const retry = this.#retryOf(entry)
    if (course === 'give-up' || (course === 'try' && oddities >= retry.attempts)) return null
    const { clock, random, log } = this.#parts
    const waitMs = retryDelayMs(failures, retry, random(), retryAfterMs)
    if (clock.now() + waitMs > entry.at + DELIVERY_KEPT_MS) return null
    log.debug('answer not delivered yet', { ...factsOf(entry), code, error: reason, failures, waitMs })
    return waitMs
  }

  /** What a network asks to wait is waited, whatever happens; other waits end when the account works again. */
  async #rest(circuit: AccountCircuit, thrown: unknown, waitMs: number): Promise<void> {
    if (readFailure(thrown).code === 'rate-limited') await pause(this.#parts.clock, waitMs, this.#draining)
    else await circuit.pause(waitMs, this.#draining)
  }

  async #close(entry: UndeliveredEntry, last: SentPart | null): Promise<void> {
    await this.#note(entry, { kind: 'outbox.done', id: entry.id })
    this.#parts.delivered?.(entry, last?.delivery ?? null)
  }

  async #giveUp(entry: UndeliveredEntry, thrown: unknown): Promise<void> {
    const { clock, log, gaveUp } = this.#parts
    const { code, reason } = readFailure(thrown)
    const failedAt = clock.now()
    log.warn('answer given up', { ...factsOf(entry), code, error: reason, sentTo: entry.sentTo })
    await this.#note(entry, { kind: 'outbox.failed', id: entry.id, at: failedAt, code, reason })
    gaveUp?.({ ...entry, failedAt, code, reason })
  }

  /** The network has it whether or not this can be stored; what cannot is sent again after the next start. */
  async #note(entry: UndeliveredEntry, change: StoreChange): Promise<void> {
    try {
      await this.#parts.store.commit([change])
    } catch (thrown) {
      this.#parts.log.error('progress of a delivery could not be stored', { ...factsOf(entry), err: thrown })
    }
  }

  #noteSent(parcel: Parcel): void {
    this.#circuitOf(parcel).worked()
    this.#parts.sent?.(parcel.channel, parcel.accountId)
  }

  /** As it is to be sent now; its chat may have moved meanwhile. */
  #now<Sent extends Parcel>(parcel: Sent): Sent {
    const to = this.#moved.get(laneOf(parcel))
    return to === undefined ? parcel : this.#now({ ...parcel, place: { ...parcel.place, chatId: to } })
  }

  #retryOf(parcel: Parcel): RetryRules {
    return this.#courier.routeOf(parcel)?.settings.retry ?? STANDARD_RETRY
  }

  #circuitOf({ channel, accountId }: Parcel): AccountCircuit {
    const name = `${channel}/${accountId}`
    const circuit = this.#circuits.get(name) ?? new AccountCircuit(this.#parts.clock)
    this.#circuits.set(name, circuit)
    return circuit
  }
}

/** Threads of a chat share its order, as they share what the network allows. */
function laneOf({ channel, accountId, place }: Parcel): string {
  return `${channel}/${accountId}/${place.chatId}`
}

function factsOf({ id, channel, accountId, place, runId }: UndeliveredEntry) {
  return { entry: id, channel, account: accountId, chatId: place.chatId, runId }
}
