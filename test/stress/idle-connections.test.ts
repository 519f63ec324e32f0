import { describe } from 'vitest'
import { crowd } from './harness/crowd.js'
import { growth } from './harness/figures.js'
import { affordable } from './harness/files-allowed.js'
import type { ProbedGateway } from './harness/probed-gateway.js'
import { scenario } from './harness/scenario.js'
import { WireClient } from './harness/wire-client.js'

const MIB = 1024 * 1024
const WANTED = 5000
const AT_ONCE = 32

describe('idle connections', () => {
  scenario({
    name: `${WANTED} idle connections`,
    warmUp: async (gateway) => leave(await connectAll(gateway, 250)),
    load: async (gateway) => {
      const before = await gateway.memory()
      const clients = await connectAll(gateway, affordable(WANTED))
      const now = await gateway.memory()
      const gone = clients.filter((client) => client.isGone).length
      if (gone > 0) throw new Error(`${gone} idle clients were disconnected`)
      await leave(clients)
      const perClient = (now.residentBytes - before.residentBytes) / clients.length
      return {
        connected: `${clients.length}`,
        'heap while they are connected': growth(before.heapBytes, now.heapBytes),
        'resident while they are connected': growth(before.residentBytes, now.residentBytes),
        'resident for each': `${(perClient / 1024).toFixed(1)} KiB`,
      }
    },
    isRepeated: true,
    allowed: { heapBytes: 8 * MIB, residentBytes: 400 * MIB },
    peakBytes: 600 * MIB,
  })
})

async function connectAll(gateway: ProbedGateway, count: number): Promise<WireClient[]> {
  const clients: WireClient[] = []
  await crowd(count, AT_ONCE, async (index) => {
    const client = new WireClient(gateway.port)
    clients.push(client)
    await client.enter(gateway.token, `idle-${index}`)
    client.isDeaf = true
  })
  return clients
}

async function leave(clients: readonly WireClient[]): Promise<void> {
  for (const client of clients) client.vanish()
  await Promise.all(clients.map((client) => client.ended))
}
