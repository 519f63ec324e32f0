import assert from 'node:assert/strict'
import type { Endpoint, Peer } from '../../../src/application/ports/transport.js'
import type { Proof, Stage } from './stage.js'
import type { RawClient } from './transport-harness.js'
import { until } from './until.js'

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
const TCP_OVER_IPV4 = 0x11
const TCP_OVER_IPV6 = 0x21
const UNIX = 0x31

const HONEST = fromIpv4('192.0.2.7')
const FORGED = fromIpv4('127.0.0.1')

export const proxyHeaderProofs = {
  '6.6': async (stage) => {
    const toldBy = await listener(stage)
    assert.deepEqual(await toldBy(undefined), [undefined, undefined], 'told without a header')
    if (!stage.supports.proxyProtocol || stage.place.peerAddress === '') {
      for (const told of await toldBy(HONEST)) assert.ok(!told, `told ${told}, though nothing of the kind is declared`)
      return
    }
    assert.deepEqual(await toldBy(HONEST), ['192.0.2.7', '192.0.2.7'], 'IPv4')
    assert.deepEqual(await toldBy(fromIpv6('20010db8000000000000000000000007')), ['2001:db8::7', '2001:db8::7'], 'IPv6')
    assert.deepEqual(
      await toldBy(fromIpv6('00000000000000000000ffffc0000208')),
      ['192.0.2.8', '192.0.2.8'],
      'mapped IPv4',
    )
    assert.deepEqual(await toldBy(header(UNIX, Buffer.alloc(216, 65))), ['', ''], 'an address that is none of IP')
    assert.deepEqual(
      await toldBy(header(0, Buffer.alloc(0), 0x20)),
      [undefined, undefined],
      'a proxy of its own account',
    )
    await cannotBeReplaced(stage)
    await cannotBeSaidLate(stage)
  },
} satisfies Record<string, Proof>

/** Says what is told of a request and of an upgrade, each on a connection that begins with `preface`. */
async function listener(stage: Stage): Promise<(preface: Buffer | undefined) => Promise<(string | undefined)[]>> {
  const peers: Peer[] = []
  const scene = await stage.serve({ fetch: (_, peer) => seen(peers, peer), admit: ({ peer }) => seen(peers, peer) })
  return async (preface) => {
    peers.length = 0
    for (const lines of [request('/'), upgrade()]) {
      const client = await rawUnlessRefused(stage, scene.endpoint, preface)
      if (client === null) continue
      client.write(lines)
      await until('an answer', () => client.hasEnded || client.text.includes('\r\n\r\n'))
      client.destroy()
    }
    for (const { address } of peers) assert.equal(address, stage.place.peerAddress, 'the peer address')
    return peers.map(({ proxied }) => proxied)
  }
}

/** Encryption may not even begin behind such a header where none is understood. */
async function rawUnlessRefused(stage: Stage, to: Endpoint, preface: Buffer | undefined): Promise<RawClient | null> {
  if (preface === undefined) return stage.raw(to)
  return stage.raw(to, { preface }).catch((thrown: unknown) => {
    if (stage.supports.proxyProtocol) throw thrown
    return null
  })
}

/** A client whose bytes are passed on may say such a header as well. */
async function cannotBeReplaced(stage: Stage): Promise<void> {
  for (const before of ['', request('/first')]) {
    const peers: Peer[] = []
    const scene = await stage.serve({ fetch: (_, peer) => seen(peers, peer), admit: ({ peer }) => seen(peers, peer) })
    const client = await stage.raw(scene.endpoint, { preface: HONEST })
    if (before !== '') {
      client.write(before)
      await until('the first answer', () => client.text.includes('served'))
    }
    await insist(client, peers)
    assert.deepEqual(new Set(peers.map(({ proxied }) => proxied)), new Set(before === '' ? [] : ['192.0.2.7']))
  }
}

/** Neither may one that came without a header bring one later. */
async function cannotBeSaidLate(stage: Stage): Promise<void> {
  const peers: Peer[] = []
  const scene = await stage.serve({ fetch: (_, peer) => seen(peers, peer) })
  const client = await stage.raw(scene.endpoint)
  client.write(request('/first'))
  await until('the first answer', () => client.text.includes('served'))
  await insist(client, peers)
  for (const { proxied } of peers) assert.equal(proxied, undefined, 'said behind the first request')
}

/** Forges a header and asks once more; with an answer or without, that is the end of the connection. */
async function insist(client: RawClient, peers: readonly Peer[]): Promise<void> {
  const before = peers.length
  client.write(FORGED)
  client.write(request('/forged'))
  await until('the end of a connection with a second header', () => client.hasEnded || peers.length > before)
  client.destroy()
}

function seen(peers: Peer[], peer: Peer): Response {
  peers.push(peer)
  return new Response('served')
}

function request(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.9.8.7\r\n\r\n`
}

function upgrade(): string {
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'
  return `GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${key}\r\n`
}

function fromIpv4(address: string): Buffer {
  return header(TCP_OVER_IPV4, Buffer.from([...address.split('.').map(Number), 127, 0, 0, 1, 0x30, 0x39, 0, 80]))
}

function fromIpv6(hex: string): Buffer {
  return header(TCP_OVER_IPV6, Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(20, 1)]))
}

/** @param versionAndCommand 0x21: for somebody else, 0x20: for itself */
function header(family: number, block: Buffer, versionAndCommand = 0x21): Buffer {
  return Buffer.concat([
    SIGNATURE,
    Buffer.from([versionAndCommand, family, block.length >> 8, block.length & 255]),
    block,
  ])
}
