import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../src/domain/protocol/limits.js'
import { CliHome } from './harness/cli-home.js'
import { ask, textOf } from './harness/conversation.js'
import type { RunningGateway } from './harness/running-gateway.js'
import { SilentClient } from './harness/silent-client.js'

const MIB = 1024 * 1024
const SILENT_CLIENTS = 1000
const CONNECTED_AT_ONCE = 50
/** How long the run may take on a slow machine, in milliseconds; seven seconds are usual. */
const RUN_MS = 60_000
const CONVERSATION = '/echo long 1500 1ms'

/**
 * What is queued for all clients together stays below `limits.maxTotalBufferedBytes` (256 MiB). Queues grow by doubling,
 * so they may occupy twice what they hold; half as much again is for the allocator and the rest of the process.
 */
const ALLOWED_GROWTH_BYTES = 3 * limits.maxTotalBufferedBytes
/** The system itself keeps one or two megabytes for each socket that nobody reads; this is far beyond both. */
const WORTHWHILE_TRAFFIC_BYTES = 4096 * MIB

let home: CliHome
let silent: SilentClient[]

beforeEach(() => {
  home = new CliHome()
  silent = []
})

afterEach(async () => {
  for (const client of silent) client.destroy()
  await home.dispose()
})

describe('clients that never read', () => {
  it(
    `${SILENT_CLIENTS} of them do not grow the gateway, and others see every event`,
    async ({ skip }) => {
      if (process.platform !== 'linux') skip('the peak of the memory of another process is read from /proc')
      const gateway = await home.gateway()
      await connectSilentClients(gateway)
      const reader = await gateway.connect()
      const before = peakBytes(gateway)

      const gaps: unknown[] = []
      reader.onGap((gap) => gaps.push(gap))
      let seenText = ''
      let seenBytes = 0
      reader.on('agent', ({ payload }) => {
        seenBytes += JSON.stringify(payload).length
        const { stream, data } = payload as { stream: string; data: { delta?: string } }
        if (stream === 'assistant') seenText += data.delta ?? ''
      })
      const answered = await ask(reader, CONVERSATION, 'run-1', RUN_MS)

      expect(seenText).toBe(textOf(answered))
      expect(gaps).toEqual([])
      expect(seenBytes * SILENT_CLIENTS, 'bytes meant for silent clients').toBeGreaterThan(WORTHWHILE_TRAFFIC_BYTES)
      expect(peakBytes(gateway) - before, 'bytes the gateway grew by').toBeLessThan(ALLOWED_GROWTH_BYTES)
      expect(gateway.process.stderr).toContain('slow consumer closed')

      expect(await reader.call('health')).toMatchObject({ ok: true })
      expect((await gateway.stop()).code).toBe(0)
    },
    2 * RUN_MS,
  )
})

async function connectSilentClients(gateway: RunningGateway): Promise<void> {
  while (silent.length < SILENT_CLIENTS) {
    const batch = Array.from({ length: CONNECTED_AT_ONCE }, () => SilentClient.connect(gateway.url, gateway.token))
    silent.push(...(await Promise.all(batch)))
  }
}

/** The most memory the process ever had, resident. */
function peakBytes({ record }: RunningGateway): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${record.pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
