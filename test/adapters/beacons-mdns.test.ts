import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import fc from 'fast-check'
import multicastDns from 'multicast-dns'
import { afterEach, describe, expect, it } from 'vitest'
import { answerTo } from '../../src/adapters/beacons-mdns/answer-to.js'
import { recordsOf } from '../../src/adapters/beacons-mdns/beacon-records.js'
import type { DnsRecord } from '../../src/adapters/beacons-mdns/dns-record.js'
import { MdnsBeacons } from '../../src/adapters/beacons-mdns/mdns-beacons.js'
import { neighboursOf } from '../../src/adapters/beacons-mdns/neighbours.js'
import { SeenRecords } from '../../src/adapters/beacons-mdns/seen-records.js'
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js'
import { BEACON_TYPE, beaconOf } from '../../src/domain/discovery/beacon.js'
import { beaconsContract } from '../contracts/beacons.contract.js'
import { unusedPort } from '../contracts/harness/unused-port.js'

/** Multicast over the loopback interface, on a port of its own: nothing leaves this host. */
const LOOPBACK = '127.0.0.1'
const beaconsAt = (port: number, interfaces = [LOOPBACK]) =>
  new MdnsBeacons({
    clock: new SystemClock(),
    place: { port, interfaces },
    pace: { probeMs: 15, announceMs: 15 },
  })
const sceneOf = (port: number, interfaces?: string[]) => ({
  join: () => beaconsAt(port, interfaces),
  patienceMs: 120,
  dispose: async () => undefined,
})

beaconsContract(
  { describe, it },
  {
    name: 'multicast DNS',
    create: async () => sceneOf(await unusedPort()),
    createDown: async () => sceneOf(await unusedPort(), []),
  },
)

const ATLAS = beaconOf({
  mode: 'minimal',
  hostName: 'atlas',
  profile: null,
  port: 18789,
  addresses: ['192.0.2.7', '2001:db8::7'],
  tlsFingerprint: null,
  cliPath: '',
})
const RECORDS = recordsOf(ATLAS)
const LIST = { name: BEACON_TYPE, type: 'PTR' } as const

describe('multicast DNS', () => {
  const cleanups: (() => Promise<unknown> | unknown)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })
  const announced = async () => {
    const port = await unusedPort()
    const announcement = await beaconsAt(port).announce(ATLAS)
    cleanups.push(() => announcement.withdraw())
    return port
  }

  it('answers a plain resolver by itself, with its question, for a short time', async () => {
    const port = await announced()
    const resolver = multicastDns({ port: 0, multicast: false, bind: LOOPBACK })
    cleanups.push(() => resolver.destroy())
    await once(resolver, 'ready')
    const answered = once(resolver, 'response')
    resolver.query({ id: 4711, questions: [LIST] }, { address: LOOPBACK, port } as never)
    const [packet] = await answered
    expect(packet).toMatchObject({ id: 4711, questions: [LIST], answers: [{ data: RECORDS.instance, ttl: 10 }] })
    const kinds = packet.additionals.map(({ type, flush, ttl }: DnsRecord) => [type, flush, ttl])
    expect(kinds).toEqual(['SRV', 'TXT', 'A', 'AAAA'].map((type) => [type, false, 10]))
  })

  it('says goodbye to those who remember it', async () => {
    const port = await unusedPort()
    const listener = multicastDns({ port, interface: LOOPBACK, bind: '0.0.0.0' })
    cleanups.push(() => listener.destroy())
    await once(listener, 'ready')
    const announcement = await beaconsAt(port).announce(ATLAS)
    const farewell = new Promise<DnsRecord[]>((resolve) => {
      listener.on('response', ({ answers = [] }) => {
        if (answers.every((answer: unknown) => (answer as DnsRecord).ttl === 0)) resolve(answers as never)
      })
    })
    await announcement.withdraw()
    expect((await farewell).map(({ type }) => type)).toEqual(['PTR', 'SRV', 'TXT', 'A', 'AAAA'])
  })

  it('outlives whatever strangers send', async () => {
    const port = await announced()
    const stranger = createSocket('udp4')
    cleanups.push(() => stranger.close())
    const send = (bytes: Uint8Array) =>
      new Promise<void>((resolve, reject) =>
        stranger.send(bytes, port, LOOPBACK, (error) => (error === null ? resolve() : reject(error))),
      )
    const looking = beaconsAt(port).find(400)
    for (const packet of fc.sample(strangePackets(), { numRuns: 300, seed: 7 })) await send(packet)
    expect(await looking).toContainEqual(ATLAS)
    expect(await beaconsAt(port).find(120)).toContainEqual(ATLAS)
  })
})

describe('answers about a beacon', () => {
  it('tell of everything that is asked next, and of nothing that was not asked', () => {
    const answer = (type: string, name: string) => {
      const made = answerTo([{ name, type } as never], [], RECORDS)
      return made === null ? null : [made.answers.map((one) => one.type), made.additionals.map((one) => one.type)]
    }
    expect(answer('PTR', BEACON_TYPE.toUpperCase())).toEqual([['PTR'], ['SRV', 'TXT', 'A', 'AAAA']])
    expect(answer('PTR', '_services._dns-sd._udp.local')).toEqual([['PTR'], []])
    expect(answer('SRV', RECORDS.instance)).toEqual([['SRV'], ['A', 'AAAA']])
    expect(answer('ANY', RECORDS.instance)).toEqual([
      ['SRV', 'TXT'],
      ['A', 'AAAA'],
    ])
    expect(answer('AAAA', ATLAS.host)).toEqual([['AAAA'], []])
    expect(answer('A', 'other.local')).toBeNull()
    expect(answer('PTR', '_ipp._tcp.local')).toBeNull()
  })

  it('leave out what the asker still remembers', () => {
    const known = { name: BEACON_TYPE, type: 'PTR', data: RECORDS.instance } as const
    expect(answerTo([LIST], [{ ...known, ttl: 4500 }], RECORDS)).toBeNull()
    expect(answerTo([LIST], [{ ...known, ttl: 100 }], RECORDS)).not.toBeNull()
    expect(answerTo([LIST], [{ ...known, ttl: 4500, data: `other.${BEACON_TYPE}` }], RECORDS)).not.toBeNull()
  })
})

describe('what was heard', () => {
  it('is asked for until it is known where everybody is', () => {
    const seen = new SeenRecords()
    seen.take(RECORDS.pointers)
    expect(seen.open).toEqual([{ name: RECORDS.instance.toLowerCase(), type: 'ANY' }])
    expect(seen.beacons).toEqual([])
    seen.take([RECORDS.service])
    expect(seen.open).toEqual([{ name: ATLAS.host, type: 'ANY' }])
    seen.take([RECORDS.texts, ...RECORDS.addresses])
    expect([seen.open, seen.beacons]).toEqual([[], [ATLAS]])
  })

  it('is bounded, whoever speaks', () => {
    const seen = new SeenRecords()
    for (let count = 0; count < 5_000; count++) {
      const instance = `${count}.${BEACON_TYPE}`
      seen.take([
        { name: BEACON_TYPE, type: 'PTR', ttl: 1, data: instance },
        { name: instance, type: 'SRV', ttl: 1, data: { port: 1, target: 'a.local' } },
        { name: 'a.local', type: 'A', ttl: 1, data: `10.0.${count >> 8}.${count & 255}` },
      ])
    }
    expect(seen.beacons).toHaveLength(256)
    expect(seen.beacons[0]?.addresses).toHaveLength(256)
  })

  it('keeps the first of several texts of one key, and keys without a value', () => {
    const seen = new SeenRecords()
    const data = ['role=gateway', 'role=other', 'flag', '__proto__=x', '=y', new Uint8Array(0)]
    seen.take([...RECORDS.pointers, RECORDS.service, { ...RECORDS.texts, data } as DnsRecord])
    expect(Object.entries(seen.beacons[0]?.texts ?? {})).toEqual([
      ['role', 'gateway'],
      ['flag', ''],
      ['__proto__', 'x'],
    ])
  })
})

describe('neighbours', () => {
  it('are those on a network of the interface, and nobody else', () => {
    const isNeighbour = neighboursOf([LOOPBACK])
    expect(['127.0.0.1', '127.9.9.9', '192.0.2.1', '8.8.8.8'].map(isNeighbour)).toEqual([true, true, false, false])
    expect(neighboursOf([])(LOOPBACK)).toBe(false)
  })
})

/** Noise, and packets that begin like one of DNS. */
function strangePackets(): fc.Arbitrary<Uint8Array> {
  const head = fc
    .tuple(fc.constantFrom(0, 0x84), fc.integer({ max: 3, min: 0 }), fc.integer({ max: 3, min: 0 }))
    .map(([flags, questions, answers]) => Uint8Array.of(0, 1, flags, 0, 0, questions, 0, answers, 0, 0, 0, 0))
  const name = Uint8Array.from([...Buffer.from('\x0a_mayros-gw\x04_tcp\x05local\x00')])
  const bits = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(name)), { maxLength: 8 })
  return fc.tuple(head, bits).map(([start, rest]) => Buffer.concat([start, ...rest]))
}
