import { connect, type Socket } from 'node:net'
import { describe } from 'vitest'
import { limits } from '../../src/domain/protocol/limits.js'
import { frame, OPCODE } from './harness/frames.js'
import type { ProbedGateway } from './harness/probed-gateway.js'
import { scenario } from './harness/scenario.js'
import { UPGRADE } from './harness/wire-client.js'

const MIB = 1024 * 1024
const EACH = 250
const TRICKLE_MS = 500
/** A head that is not there by then is not waited for; checks are made every few seconds. */
const HEAD_MS = 16_000
/** The deadline of the handshake, and the time in which a client that is being closed may answer. */
const HANDSHAKE_MS = limits.handshakeTimeoutMs + 16_000
const REST = 'x'.repeat(500)
const CONNECT = frame(OPCODE.text, JSON.stringify({ type: 'req', id: '1', method: 'connect', params: { pad: REST } }))

/** A way to keep a connection busy with next to nothing. */
interface Loris {
  readonly name: string
  /** Said at once. */
  readonly opening: string
  /** Said a byte at a time. */
  readonly rest: Uint8Array
  /** When it has to be cut at the latest. */
  readonly cutWithinMs: number
}

const LORISES: readonly Loris[] = [
  { name: 'connects and says nothing', opening: '', rest: Buffer.alloc(0), cutWithinMs: HEAD_MS },
  {
    name: 'a request head, byte by byte',
    opening: 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ',
    rest: Buffer.from(REST),
    cutWithinMs: HEAD_MS,
  },
  { name: 'an upgrade, byte by byte', opening: UPGRADE.slice(0, 40), rest: Buffer.from(REST), cutWithinMs: HEAD_MS },
  { name: 'upgraded, and then nothing', opening: UPGRADE, rest: Buffer.alloc(0), cutWithinMs: HANDSHAKE_MS },
  { name: 'a connect frame, byte by byte', opening: UPGRADE, rest: CONNECT, cutWithinMs: HANDSHAKE_MS },
  {
    name: 'a request body, byte by byte',
    opening: 'POST /no-such-place HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n',
    rest: Buffer.from(REST),
    cutWithinMs: HEAD_MS,
  },
]

describe('slow-loris', () => {
  scenario({
    name: `${EACH} clients each of ${LORISES.length} kinds that send a byte now and then`,
    warmUp: async (gateway) => {
      await Promise.all(LORISES.map((loris) => cutAfter(gateway, loris, 20)))
    },
    load: async (gateway) => {
      const times = await Promise.all(LORISES.map((loris) => cutAfter(gateway, loris, EACH)))
      return Object.fromEntries(LORISES.map(({ name }, index) => [`cut after: ${name}`, `${times[index]} s at most`]))
    },
    allowed: { heapBytes: 6 * MIB, residentBytes: 60 * MIB },
    peakBytes: 150 * MIB,
  })
})

/** Plays so many of a kind until all are cut; gives the longest time one of them lasted, in seconds. */
async function cutAfter({ port }: ProbedGateway, loris: Loris, count: number): Promise<string> {
  const lasted = await Promise.all(Array.from({ length: count }, () => trickle(port, loris)))
  const longest = Math.max(...lasted)
  if (longest === Number.POSITIVE_INFINITY) {
    throw new Error(
      `not cut within ${loris.cutWithinMs} ms: ${loris.name} (${lasted.filter((ms) => ms === longest).length})`,
    )
  }
  return (longest / 1000).toFixed(1)
}

/** How long it was borne, in milliseconds; infinite when it was not cut in time. */
function trickle(port: number, { opening, rest, cutWithinMs }: Loris): Promise<number> {
  return new Promise((resolve) => {
    const begun = performance.now()
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let sent = 0
    const beat = setInterval(() => {
      if (performance.now() - begun > cutWithinMs) end(Number.POSITIVE_INFINITY)
      else if (sent < rest.length && socket.writable) socket.write(rest.subarray(sent, ++sent))
    }, TRICKLE_MS)
    const end = (lastedMs: number) => {
      clearInterval(beat)
      socket.destroy()
      resolve(lastedMs)
    }
    socket.on('connect', () => socket.write(opening)).resume()
    socket.on('error', () => end(performance.now() - begun))
    socket.on('close', () => end(performance.now() - begun))
  })
}
