import { networkInterfaces } from 'node:os'
import type { Announcement, Beacons } from '../../application/ports/beacons.js'
import type { Clock } from '../../application/ports/clock.js'
import { BEACON_TYPE, type Beacon } from '../../domain/discovery/beacon.js'
import { MdnsAnnouncement, type MdnsPace } from './mdns-announcement.js'
import { type MdnsPlace, MdnsSockets } from './mdns-sockets.js'
import { SeenRecords } from './seen-records.js'

/** UDP port of multicast DNS (RFC 6762, 3). */
const PORT = 5353
const PACE: MdnsPace = { probeMs: 250, announceMs: 1000 }
/** How many times a question is asked while looking around. */
const ROUNDS = 4

export interface MdnsBeaconsOptions {
  readonly clock: Clock
  /** Where to announce and look; absent = port 5353 on every interface that leads outside. */
  readonly place?: MdnsPlace
  readonly pace?: MdnsPace
}

/** Beacons by multicast DNS: RFC 6762 for the packets, RFC 6763 for the records. */
export class MdnsBeacons implements Beacons {
  readonly #options: MdnsBeaconsOptions

  constructor(options: MdnsBeaconsOptions) {
    this.#options = options
  }

  announce(beacon: Beacon): Promise<Announcement> {
    const { clock, pace } = this.#options
    return MdnsAnnouncement.start(beacon, this.#place(), pace ?? PACE, clock)
  }

  async find(withinMs: number): Promise<readonly Beacon[]> {
    const seen = new SeenRecords()
    const sockets = await MdnsSockets.open(this.#place(), {
      response: ({ answers, additionals }) => seen.take([...answers, ...additionals]),
    })
    try {
      for (let round = 0; round < ROUNDS; round++) {
        await sockets.ask([{ name: BEACON_TYPE, type: 'PTR' }, ...seen.open])
        await this.#pause(withinMs / ROUNDS)
      }
      return seen.beacons
    } finally {
      await sockets.close()
    }
  }

  #place(): MdnsPlace {
    return this.#options.place ?? { port: PORT, interfaces: outsideInterfaces() }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(ms, resolve)
    })
  }
}

/** An IPv4 address of every interface that leads outside, as it is joined by one. */
function outsideInterfaces(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => {
    const found = entries?.find(({ family, internal }) => family === 'IPv4' && !internal)
    return found === undefined ? [] : [found.address]
  })
}
