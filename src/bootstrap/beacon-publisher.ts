import type { Announcement, Beacons } from '../application/ports/beacons.js'
import type { Clock, Timer } from '../application/ports/clock.js'
import type { Log } from '../application/ports/log.js'
import { announcedAddresses, type HostAddress } from '../domain/discovery/announced-addresses.js'
import { type Beacon, type BeaconFacts, beaconOf } from '../domain/discovery/beacon.js'
import { Failure, messageOf } from '../domain/failure.js'

/** How often the addresses of this host are looked at: it may move from one network to another. */
const LOOK_AGAIN_MS = 60_000
/** How long the end of the process waits for a network that does not take the farewell. */
const FAREWELL_MS = 500

/** What the local network is to be told; null = nothing. */
export type BeaconWish = (Omit<BeaconFacts, 'addresses'> & { readonly hosts: readonly string[] }) | null

export interface BeaconPublisherParts {
  /** Asked for only when something is to be announced. */
  readonly beacons: () => Beacons
  readonly hostAddresses: () => readonly HostAddress[]
  readonly clock: Clock
  readonly log: Log
}

/**
 * Keeps what the local network is told in step with the settings of whichever instance runs, and with the addresses of
 * this host. A network that cannot be told is no reason not to serve: the log says so once.
 */
export class BeaconPublisher {
  readonly #parts: BeaconPublisherParts
  #wish: BeaconWish = null
  /** What is announced, or is being announced. */
  #told = ''
  #current: Promise<Announcement | null> = Promise.resolve(null)
  #look: Timer | undefined
  #complaint = ''

  constructor(parts: BeaconPublisherParts) {
    this.#parts = parts
  }

  /** Announces in the background what these facts make of it, unless it is announced already. */
  follow(wish: BeaconWish): void {
    this.#wish = wish
    this.#look?.cancel()
    this.#look = wish === null ? undefined : this.#parts.clock.every(LOOK_AGAIN_MS, () => this.#bringUpToDate())
    this.#bringUpToDate()
  }

  /** Withdraws what is announced. Never rejects. */
  async stop(): Promise<void> {
    this.follow(null)
    const patience = new Promise<void>((resolve) => {
      this.#parts.clock.after(FAREWELL_MS, resolve)
    })
    await Promise.race([this.#current, patience])
  }

  #bringUpToDate(): void {
    const beacon = this.#beacon()
    const key = JSON.stringify(beacon)
    if (key === this.#told || (this.#told === '' && beacon === null)) return
    this.#told = key
    this.#current = this.#current.then(async (before) => {
      await before?.withdraw()
      return beacon === null ? null : this.#announce(beacon, key)
    })
  }

  /** Null when nothing is to be told, or nobody in the network could reach what is told. */
  #beacon(): Beacon | null {
    if (this.#wish === null) return null
    const { hosts, ...facts } = this.#wish
    const addresses = announcedAddresses(hosts, this.#parts.hostAddresses())
    return addresses.length === 0 ? null : beaconOf({ ...facts, addresses })
  }

  async #announce(beacon: Beacon, key: string): Promise<Announcement | null> {
    const { log, beacons } = this.#parts
    try {
      const announcement = await beacons().announce(beacon)
      this.#complaint = ''
      log.info(`announced in the local network as ${announcement.name}`, { addresses: beacon.addresses })
      return announcement
    } catch (thrown) {
      if (this.#told === key) this.#told = ''
      const complaint = messageOf(thrown)
      if (complaint !== this.#complaint) {
        const code = thrown instanceof Failure ? { code: thrown.code } : {}
        log.warn(`not announced in the local network: ${complaint}; discovery.mdns.mode: off ends the attempts`, code)
      }
      this.#complaint = complaint
      return null
    }
  }
}
