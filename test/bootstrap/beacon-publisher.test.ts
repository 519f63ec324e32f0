import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryBeaconNetwork, MemoryBeacons } from '../../src/adapters/beacons-memory/memory-beacons.js'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { BeaconPublisher, type BeaconWish } from '../../src/bootstrap/beacon-publisher.js'
import { beaconWish } from '../../src/bootstrap/beacon-wish.js'

const WISH: BeaconWish = {
  mode: 'minimal',
  hostName: 'atlas',
  profile: null,
  port: 18789,
  hosts: ['0.0.0.0'],
  tlsFingerprint: null,
  cliPath: '',
}
const HOME = { address: '192.0.2.7', isInternal: false }
const OFFICE = { address: '10.0.0.7', isInternal: false }

describe('the beacon of a gateway', () => {
  let network: MemoryBeaconNetwork
  let clock: FakeClock
  let log: MemoryLog
  let addresses: (typeof HOME)[]
  let publisher: BeaconPublisher
  let asked: number
  const said = () => log.lines.map(({ level, message }) => `${level} ${message}`)
  const announced = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return [...network.announced.values()].map(({ name, port, addresses }) => [name, port, ...addresses])
  }

  beforeEach(() => {
    network = new MemoryBeaconNetwork()
    clock = new FakeClock()
    log = new MemoryLog()
    addresses = [HOME]
    asked = 0
    const beacons = () => {
      asked++
      return new MemoryBeacons(network)
    }
    publisher = new BeaconPublisher({ beacons, hostAddresses: () => addresses, clock, log })
  })

  it('is there while the gateway is, once however often it is asked for', async () => {
    publisher.follow(WISH)
    publisher.follow(WISH)
    expect(await announced()).toEqual([['atlas Mayros', 18789, '192.0.2.7']])
    expect(said()).toEqual(['info announced in the local network as atlas Mayros'])
    await publisher.stop()
    expect(await announced()).toEqual([])
  })

  it('does not even load anything when nobody in the network could come in', async () => {
    publisher.follow({ ...WISH, hosts: ['127.0.0.1', '::1'] })
    publisher.follow(null)
    await clock.advance(120_000)
    expect([await announced(), asked, said()]).toEqual([[], 0, []])
    await publisher.stop()
  })

  it('follows the settings, and the host into another network', async () => {
    publisher.follow(WISH)
    publisher.follow({ ...WISH, port: 19001 })
    expect(await announced()).toEqual([['atlas Mayros', 19001, '192.0.2.7']])
    addresses = [OFFICE]
    await clock.advance(60_000)
    expect(await announced()).toEqual([['atlas Mayros', 19001, '10.0.0.7']])
    addresses = []
    await clock.advance(60_000)
    expect(await announced()).toEqual([])
    addresses = [HOME]
    await clock.advance(60_000)
    expect(await announced()).toEqual([['atlas Mayros', 19001, '192.0.2.7']])
    publisher.follow(null)
    expect(await announced()).toEqual([])
    addresses = [OFFICE]
    await clock.advance(120_000)
    expect(await announced()).toEqual([])
  })

  it('says once that a network cannot be told, and tries again', async () => {
    network.isDown = true
    publisher.follow(WISH)
    for (let minute = 0; minute < 5; minute++) {
      await announced()
      await clock.advance(60_000)
    }
    await announced()
    expect(said()).toEqual([
      'warn not announced in the local network: the network of this process is down; discovery.mdns.mode: off ends the attempts',
    ])
    expect(asked).toBeGreaterThan(2)
    network.isDown = false
    await clock.advance(60_000)
    expect(await announced()).toHaveLength(1)
    await publisher.stop()
  })
})

describe('what the local network is to be told', () => {
  const wish = (mode: string, variables: Record<string, string> = {}) =>
    beaconWish(
      { variables, profile: 'rescue' } as never,
      { config: { discovery: { mdns: { mode } } }, plan: { port: 1 } } as never,
      { listener: { endpoints: [{ path: '/run/x' }, { host: '::', port: 9 }] }, tls: { fingerprint: 'AB' } } as never,
    )

  it('is where it listens, and under which certificate', () => {
    expect(wish('full')).toMatchObject({
      mode: 'full',
      profile: 'rescue',
      port: 9,
      hosts: ['::'],
      tlsFingerprint: 'AB',
    })
  })

  it('is nothing when the configuration or the environment says so', () => {
    expect(wish('off')).toBeNull()
    expect(wish('minimal', { MAYROS_DISABLE_MDNS: '1' })).toBeNull()
    expect(wish('minimal', { MAYROS_DISABLE_MDNS: '0' })).not.toBeNull()
  })
})
