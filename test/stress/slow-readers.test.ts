import { describe } from 'vitest'
import { limits } from '../../src/domain/protocol/limits.js'
import { ask, textOf } from '../journeys/harness/conversation.js'
import { SilentClient } from '../journeys/harness/silent-client.js'
import { crowd } from './harness/crowd.js'
import { mebibytes } from './harness/figures.js'
import { affordable } from './harness/files-allowed.js'
import type { ProbedGateway } from './harness/probed-gateway.js'
import { scenario } from './harness/scenario.js'

const MIB = 1024 * 1024
const WANTED = 1000
const AT_ONCE = 32
const RUN_MS = 80_000
let runs = 0

describe('slow readers', () => {
  scenario({
    name: `${WANTED} clients that never read a broadcast`,
    warmUp: async (gateway) =>
      broadcastTo(await connectSilent(gateway, 50), gateway, '/echo long 20 1ms').then(() => undefined),
    load: async (gateway) => {
      const silent = await connectSilent(gateway, affordable(WANTED))
      const bytes = await broadcastTo(silent, gateway, '/echo long 1500 1ms')
      return { 'meant for those who do not read': mebibytes(bytes * silent.length) }
    },
    isRepeated: true,
    // What was queued is given back; the C library of uWebSockets.js keeps up to all of it, the peak, for the next time.
    allowed: { heapBytes: 16 * MIB, residentBytes: 3 * limits.maxTotalBufferedBytes },
    peakBytes: 3 * limits.maxTotalBufferedBytes,
  })
})

async function connectSilent(gateway: ProbedGateway, count: number): Promise<SilentClient[]> {
  const clients: SilentClient[] = []
  await crowd(count, AT_ONCE, async () => {
    clients.push(await SilentClient.connect(gateway.running.url, gateway.token))
  })
  return clients
}

/** Lets an agent speak, and everybody leave. A reader must see the whole of it; gives the bytes of its events. */
async function broadcastTo(silent: SilentClient[], gateway: ProbedGateway, message: string): Promise<number> {
  const reader = await gateway.running.connect()
  const gaps: unknown[] = []
  let bytes = 0
  let seen = ''
  reader.onGap((gap) => gaps.push(gap))
  reader.on('agent', ({ payload }) => {
    bytes += JSON.stringify(payload).length
    const { stream, data } = payload as { stream: string; data: { delta?: string } }
    if (stream === 'assistant') seen += data.delta ?? ''
  })
  const answered = await ask(reader, message, `run-${++runs}`, RUN_MS)
  if (seen !== textOf(answered) || gaps.length > 0) throw new Error(`a reader missed events: ${gaps.length} gaps`)
  for (const client of silent) client.destroy()
  await reader.close()
  return bytes
}
