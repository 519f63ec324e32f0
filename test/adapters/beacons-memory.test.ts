import { describe, it } from 'vitest'
import { MemoryBeaconNetwork, MemoryBeacons } from '../../src/adapters/beacons-memory/memory-beacons.js'
import { beaconsContract } from '../contracts/beacons.contract.js'

const sceneOf = (network: MemoryBeaconNetwork) => ({
  join: () => new MemoryBeacons(network),
  patienceMs: 0,
  dispose: async () => undefined,
})

beaconsContract(
  { describe, it },
  {
    name: 'memory',
    create: async () => sceneOf(new MemoryBeaconNetwork()),
    createDown: async () => {
      const network = new MemoryBeaconNetwork()
      network.isDown = true
      return sceneOf(network)
    },
  },
)
