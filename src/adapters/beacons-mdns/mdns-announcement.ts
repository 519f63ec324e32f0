import { type Announcement, BeaconFailure } from '../../application/ports/beacons.js'
import type { Clock } from '../../application/ports/clock.js'
import { type Beacon, nextName } from '../../domain/discovery/beacon.js'
import { answerTo, isSameName, legacyAnswer, repeated } from './answer-to.js'
import { allOf, goodbyeOf, recordsOf } from './beacon-records.js'
import type { DnsRecord } from './dns-record.js'
import { type MdnsPlace, MdnsSockets } from './mdns-sockets.js'

/** How a name is asked for before it is taken (RFC 6762, 8.1). */
const PROBES = 3
const TRIES_FOR_A_NAME = 20
/** What is new is told twice, for those who miss the first time (RFC 6762, 8.3). */
const ANNOUNCEMENTS = 2

export interface MdnsPace {
  /** Between two questions whether a name is taken; 250 ms by the specification. */
  readonly probeMs: number
  /** Between two announcements; 1 s by the specification. */
  readonly announceMs: number
}

/** A beacon that answers for itself until it is withdrawn. */
export class MdnsAnnouncement implements Announcement {
  readonly #beacon: Beacon
  readonly #pace: MdnsPace
  readonly #clock: Clock
  #sockets: MdnsSockets | undefined
  #records: ReturnType<typeof recordsOf>
  #isProbing = true
  #isTaken = false
  #withdrawn: Promise<void> | undefined

  private constructor(beacon: Beacon, pace: MdnsPace, clock: Clock) {
    this.#beacon = beacon
    this.#pace = pace
    this.#clock = clock
    this.#records = recordsOf(beacon)
  }

  /** Finds a name that nobody has, and announces it. */
  static async start(beacon: Beacon, place: MdnsPlace, pace: MdnsPace, clock: Clock): Promise<MdnsAnnouncement> {
    const made = new MdnsAnnouncement(beacon, pace, clock)
    made.#sockets = await MdnsSockets.open(place, {
      query: ({ questions, answers, id }, isLegacy, answer) => {
        if (made.#isProbing || made.#withdrawn !== undefined) return
        const found = answerTo(questions, answers, made.#records)
        if (found === null) return
        answer(isLegacy ? { ...legacyAnswer(found), id, questions: repeated(questions, made.#records) } : found)
      },
      response: ({ answers, additionals }) => made.#heard([...answers, ...additionals]),
    })
    try {
      await made.#takeName(beacon)
      await made.#announce()
      return made
    } catch (thrown) {
      await made.#sockets.close()
      throw thrown
    }
  }

  get name(): string {
    return this.#records.instance.slice(0, this.#records.instance.indexOf('.'))
  }

  withdraw(): Promise<void> {
    this.#withdrawn ??= this.#leave()
    return this.#withdrawn
  }

  async #leave(): Promise<void> {
    await this.#sockets?.tell(goodbyeOf(this.#records))
    await this.#sockets?.close()
  }

  async #takeName(beacon: Beacon): Promise<void> {
    let name = beacon.name
    for (let tries = 0; tries < TRIES_FOR_A_NAME; tries++) {
      this.#records = recordsOf({ ...beacon, name })
      this.#isTaken = false
      for (let probe = 0; probe < PROBES && !this.#isTaken; probe++) {
        await this.#sockets?.ask([{ name: this.#records.instance, type: 'ANY' }])
        await this.#pause(this.#pace.probeMs)
      }
      if (!this.#isTaken) {
        this.#isProbing = false
        return
      }
      name = nextName(name)
    }
    throw new BeaconFailure('name-taken', `others in the network have the names ${beacon.name} to ${name}`)
  }

  /** Whether somebody else answers for the name that is asked for. */
  #heard(records: readonly DnsRecord[]): void {
    if (!this.#isProbing) return
    const { port, host } = this.#beacon
    this.#isTaken ||= records.some(
      (record) =>
        record.type === 'SRV' &&
        record.ttl !== 0 &&
        isSameName(record.name, this.#records.instance) &&
        !(record.data.port === port && isSameName(record.data.target, host)),
    )
  }

  async #announce(): Promise<void> {
    await this.#sockets?.tell(allOf(this.#records))
    for (let again = 1; again < ANNOUNCEMENTS; again++) {
      this.#clock.after(again * this.#pace.announceMs, () => {
        if (this.#withdrawn === undefined) void this.#sockets?.tell(allOf(this.#records))
      })
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(ms, resolve)
    })
  }
}
