import { type Announcement, BeaconFailure, type Beacons } from '../../application/ports/beacons.js'
import { type Beacon, nextName } from '../../domain/discovery/beacon.js'

/** A network without cables: whoever shares one finds the beacons of the others. */
export class MemoryBeaconNetwork {
  readonly announced = new Map<string, Beacon>()
  /** Whether nobody takes part any more. */
  isDown = false
}

/** Beacons in a network of this process. */
export class MemoryBeacons implements Beacons {
  readonly #network: MemoryBeaconNetwork

  constructor(network = new MemoryBeaconNetwork()) {
    this.#network = network
  }

  async announce(beacon: Beacon): Promise<Announcement> {
    this.#requireNetwork()
    const { announced } = this.#network
    let name = beacon.name
    while (announced.has(name.toLowerCase())) name = nextName(name)
    const key = name.toLowerCase()
    announced.set(key, { ...beacon, name })
    return {
      name,
      withdraw: async () => {
        if (announced.get(key)?.host === beacon.host) announced.delete(key)
      },
    }
  }

  async find(): Promise<readonly Beacon[]> {
    this.#requireNetwork()
    return [...this.#network.announced.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  #requireNetwork(): void {
    if (this.#network.isDown) throw new BeaconFailure('multicast-unavailable', 'the network of this process is down')
  }
}
