import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readProxyHeader } from '../../src/adapters/transport-ws/proxy-header.js'
import { WsTransport } from '../../src/adapters/transport-ws/ws-transport.js'
import type { Listener } from '../../src/application/ports/transport.js'
import { RecordedEvents } from '../contracts/transport/recorded-events.js'
import { portOf } from '../contracts/transport/stage.js'

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
const REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')

function header(command: number, family: number, block: readonly number[], length = block.length): Buffer {
  return Buffer.concat([SIGNATURE, Buffer.from([command, family, length >> 8, length & 255, ...block])])
}

const IPV4 = [192, 0, 2, 7, 127, 0, 0, 1, 48, 57, 0, 80]
const zeros = (count: number): number[] => new Array(count).fill(0)
const ofIpv6 = (last: readonly number[]) => [0x20, 1, 0xd, 0xb8, ...zeros(12 - last.length), ...last, ...zeros(20)]

describe('readProxyHeader', () => {
  it.each([
    ['TCP over IPv4', header(0x21, 0x11, IPV4), '192.0.2.7'],
    ['TCP over IPv6', header(0x21, 0x21, ofIpv6([7])), '2001:db8::7'],
    ['IPv4 in IPv6', header(0x21, 0x21, [...zeros(10), 255, 255, 192, 0, 2, 8, ...zeros(20)]), '192.0.2.8'],
    ['with extensions', header(0x21, 0x11, [...IPV4, 4, 0, 2, 1, 1]), '192.0.2.7'],
    ['a path', header(0x21, 0x31, zeros(216)), ''],
    ['UDP', header(0x21, 0x12, IPV4), ''],
    ['unspecified', header(0x21, 0, []), ''],
    ['the proxy itself', header(0x20, 0x11, IPV4), undefined],
  ])('reads %s', (_, bytes, address) => {
    const expected = { kind: 'complete', length: bytes.length, address }
    expect(readProxyHeader(bytes)).toEqual(expected)
    expect(readProxyHeader(Buffer.concat([bytes, REQUEST]))).toEqual(expected)
    for (let cut = 0; cut < bytes.length; cut++) expect(readProxyHeader(bytes.subarray(0, cut)).kind).toBe('partial')
  })

  it.each([
    ['another version', header(0x11, 0x11, IPV4)],
    ['an unknown command', header(0x22, 0x11, IPV4)],
    ['too few bytes for IPv4', header(0x21, 0x11, IPV4.slice(1))],
    ['too few bytes for IPv6', header(0x21, 0x21, ofIpv6([7]).slice(1))],
    ['more bytes than anybody needs', header(0x21, 0x11, IPV4, 0xffff)],
  ])('refuses %s', (_, bytes) => {
    expect(readProxyHeader(bytes)).toEqual({ kind: 'malformed' })
  })

  it('takes nothing else for one', () => {
    for (const text of ['GET / HTTP/1.1\r\n', '\r\nGET / HTTP/1.1\r\n', '\x16\x03\x01', 'PROXY TCP4 1.2.3.4 '])
      expect(readProxyHeader(Buffer.from(text, 'latin1'))).toEqual({ kind: 'none' })
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.uint8Array().map((tail) => Buffer.concat([SIGNATURE, tail])),
    )
    fc.assert(
      fc.property(bytes, (given) => {
        expect(['none', 'partial', 'malformed', 'complete']).toContain(readProxyHeader(Buffer.from(given)).kind)
      }),
    )
  })
})

describe('a connection that begins with a PROXY protocol header', () => {
  async function converse(pieces: readonly Buffer[]): Promise<{ answer: string; told: (string | undefined)[] }> {
    const listener: Listener = await new WsTransport({ mayProxy: () => true }).listen([{ host: '127.0.0.1', port: 0 }])
    const told: (string | undefined)[] = []
    listener.serve(
      new RecordedEvents({
        fetch: (_, { proxied }) => {
          told.push(proxied)
          return new Response('served')
        },
      }),
    )
    try {
      const socket = connect(portOf(listener), '127.0.0.1').setNoDelay(true)
      let answer = ''
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString('latin1')
      })
      const closed = once(socket, 'close')
      for (const piece of pieces) {
        await new Promise((resolve) => socket.write(piece, resolve))
        await new Promise((resolve) => setImmediate(resolve))
      }
      socket.end()
      await closed
      return { answer, told }
    } finally {
      await listener.stop()
    }
  }

  it('may come in pieces', async () => {
    const bytes = Buffer.concat([header(0x21, 0x11, IPV4), REQUEST])
    const pieces = [...bytes].map((byte) => Buffer.from([byte]))
    const { answer, told } = await converse(pieces)
    expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*served$/)
    expect(told).toEqual(['192.0.2.7'])
  })

  it('is ended when the header is broken or breaks off', async () => {
    for (const bytes of [header(0x11, 0x11, IPV4), header(0x21, 0x11, IPV4).subarray(0, 20), Buffer.alloc(0)])
      expect(await converse([bytes])).toEqual({ answer: '', told: [] })
  })

  it('does not keep a stop waiting', async () => {
    const listener = await new WsTransport({ mayProxy: () => true }).listen([{ host: '127.0.0.1', port: 0 }])
    const socket = connect(portOf(listener), '127.0.0.1').on('error', () => undefined)
    await once(socket, 'connect')
    await new Promise((resolve) => socket.write(SIGNATURE, resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await listener.stop()
    await closed
    expect(socket.destroyed).toBe(true)
  })
})
