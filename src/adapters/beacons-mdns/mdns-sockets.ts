import type { RemoteInfo } from 'node:dgram'
import type { MulticastDNS, QueryPacket, ResponsePacket } from 'multicast-dns'
import { BeaconFailure } from '../../application/ports/beacons.js'
import type { DnsAnswer, DnsPacket, DnsQuestion, DnsRecord } from './dns-record.js'
import { neighboursOf } from './neighbours.js'

/** What comes in through any of the sockets. */
export interface MdnsEvents {
  /** @param isLegacy whether the asker is a plain resolver, which is answered by itself (RFC 6762, 6.7) */
  query?(packet: DnsPacket, isLegacy: boolean, answer: (answer: DnsAnswer) => void): void
  response?(packet: DnsPacket): void
}

/** Where the packets travel. */
export interface MdnsPlace {
  /** UDP port; 5353 but in tests. */
  readonly port: number
  /** IPv4 addresses of the interfaces that take part. */
  readonly interfaces: readonly string[]
}

/** A socket for each interface, as one: what is said goes out on all of them. */
export class MdnsSockets {
  readonly #sockets: readonly MulticastDNS[]

  private constructor(sockets: readonly MulticastDNS[]) {
    this.#sockets = sockets
  }

  /**
   * Opens them. Interfaces that cannot take part are left out.
   * @throws BeaconFailure `multicast-unavailable` when none can
   */
  static async open({ port, interfaces }: MdnsPlace, events: MdnsEvents): Promise<MdnsSockets> {
    const { default: multicastDns } = await import('multicast-dns')
    const isNeighbour = neighboursOf(interfaces)
    const made = interfaces.map((address) => {
      const socket = multicastDns({ port, interface: address, bind: '0.0.0.0' })
      listen(socket, port, isNeighbour, events)
      return opened(socket)
    })
    const outcomes = await Promise.allSettled(made)
    const sockets = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    if (sockets.length > 0) return new MdnsSockets(sockets)
    const cause = outcomes.find((outcome) => outcome.status === 'rejected')?.reason
    throw new BeaconFailure(
      'multicast-unavailable',
      interfaces.length === 0
        ? 'this host has no IPv4 interface in a local network'
        : `multicast DNS is not possible on ${interfaces.join(', ')}: ${String(cause)}`,
      cause,
    )
  }

  ask(questions: readonly DnsQuestion[]): Promise<void> {
    return this.#onAll((socket, done) => socket.query(questions as never, done))
  }

  tell(answers: readonly DnsRecord[]): Promise<void> {
    return this.#onAll((socket, done) => socket.respond(answers as never, done))
  }

  close(): Promise<void> {
    return this.#onAll((socket, done) => socket.destroy(done))
  }

  /** An interface that has gone away ends its part with an error, which says nothing of the others. */
  async #onAll(act: (socket: MulticastDNS, done: () => void) => void): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => new Promise<void>((resolve) => act(socket, resolve))))
  }
}

/** The types of the library know fewer records than the library: here they become those of this folder. */
function listen(
  socket: MulticastDNS,
  port: number,
  isNeighbour: (address: string) => boolean,
  events: MdnsEvents,
): void {
  socket.on('query', (packet: QueryPacket, from: RemoteInfo) => {
    if (!isNeighbour(from.address)) return
    const isLegacy = from.port !== port
    const answer = (made: DnsAnswer) =>
      isLegacy ? socket.respond(made as never, from as never) : socket.respond(made as never)
    events.query?.(packet as unknown as DnsPacket, isLegacy, answer)
  })
  socket.on('response', (packet: ResponsePacket, from: RemoteInfo) => {
    if (isNeighbour(from.address)) events.response?.(packet as unknown as DnsPacket)
  })
  // A packet nobody can read, or an interface that went away: nothing to be done about either.
  socket.on('warning', () => undefined)
}

function opened(socket: MulticastDNS): Promise<MulticastDNS> {
  return new Promise((resolve, reject) => {
    socket.on('ready', () => resolve(socket))
    socket.on('error', reject)
  })
}
