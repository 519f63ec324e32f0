import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { DeviceNewsDesk } from '../../../src/application/access/device-news.js'
import { Client, type ClientIdentity } from '../../../src/application/connection/client.js'
import type { Connection } from '../../../src/application/ports/transport.js'
import type { Closure } from '../../../src/domain/protocol/close-codes.js'

interface Guest {
  readonly name: string
  readonly client: Client
  closure?: Closure
}

function guest(name: string, identity: Partial<ClientIdentity>): Guest {
  const made: { name: string; closure?: Closure; client: Client } = { name, client: undefined as never }
  const connection = { close: (closure: Closure) => void Object.assign(made, { closure }) } as unknown as Connection
  const whole = { role: 'operator', isPaired: true, proof: { kind: 'device-token' }, connectedAt: 0, ...identity }
  return Object.assign(made, { client: new Client(whole as ClientIdentity, connection) })
}

describe('news of devices', () => {
  let clock: FakeClock
  let guests: Guest[]
  let published: unknown[]
  let recorded: unknown[]
  let desk: DeviceNewsDesk

  beforeEach(() => {
    clock = new FakeClock()
    published = []
    recorded = []
    guests = [
      guest('by token', { deviceId: 'd1' }),
      guest('by secret', { deviceId: 'd1', proof: { kind: 'secret', secret: 's' } }),
      guest('unpaired', { deviceId: 'd1', isPaired: false, proof: { kind: 'secret', secret: 's' } }),
      guest('as node', { deviceId: 'd1', role: 'node' }),
      guest('other', { deviceId: 'd2' }),
      guest('nobody', { isPaired: false }),
    ]
    const clients = { [Symbol.iterator]: () => guests.map(({ client }) => client).values() }
    const broadcast = { publish: (...said: unknown[]) => void published.push(said) }
    const trail = { record: (...said: unknown[]) => void recorded.push(said) }
    desk = new DeviceNewsDesk({ broadcast, clients, trail, clock })
  })

  const ended = () => guests.filter(({ closure }) => closure !== undefined).map(({ name, closure }) => [name, closure])

  it.each([
    ['revoked', 'operator', ['by token'], 'unauthorized: device token mismatch (revoked)', 'token-revoked'],
    ['rotated', 'operator', ['by token'], 'unauthorized: device token rotated', 'token-rotated'],
    ['rotated', 'node', ['as node'], 'unauthorized: device token rotated', 'token-rotated'],
    [
      'removed',
      null,
      ['by token', 'by secret', 'as node'],
      'pairing required: device removed (device token mismatch)',
      'device-removed',
    ],
  ] as const)('end the connections that depend on what was %s for %s', async (reason, role, names, text, event) => {
    desk.ended({ deviceId: 'd1', role, reason, by: { actor: 'operator', connId: 'c9' } })
    // The answer to the caller takes a few microtasks; it must get through.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    expect(ended()).toEqual([])
    await clock.advance(0)
    expect(ended()).toEqual(names.map((name) => [name, { code: 1008, reason: text }]))
    const details = role === null ? {} : { details: { role } }
    expect(recorded).toEqual([[event, { actor: 'operator', connId: 'c9', subject: 'd1', ...details }]])
    expect(published).toEqual([])
  })

  it('end also those that were just coming in', async () => {
    desk.ended({ deviceId: 'd3', role: null, reason: 'removed' })
    guests.push(guest('late', { deviceId: 'd3' }))
    await clock.advance(0)
    expect(ended().map(([name]) => name)).toEqual(['late'])
  })

  it('tell operators who asks, and keep it on record', () => {
    const pending = {
      requestId: 'r1',
      deviceId: 'd1',
      publicKey: 'k1',
      clientId: 'ui',
      remoteIp: '192.0.2.7',
      role: 'operator',
      roles: ['operator'],
      scopes: ['operator.read'],
      ts: 1,
      expiresAtMs: 300_001,
    }
    desk.requested(pending)
    expect(published).toEqual([['device.pair.requested', pending]])
    expect(recorded).toEqual([
      [
        'pairing-requested',
        {
          actor: 'operator',
          deviceId: 'd1',
          clientId: 'ui',
          address: '192.0.2.7',
          subject: 'r1',
          details: { roles: ['operator'], scopes: ['operator.read'] },
        },
      ],
    ])
  })

  it('tell operators what was decided, and record by whom', () => {
    const facts = { requestId: 'r1', deviceId: 'd1', roles: ['node'], scopes: [], ts: 5 }
    const details = { requestId: 'r1', roles: ['node'], scopes: [] }
    desk.resolved({ ...facts, decision: 'approved', isSilent: true })
    desk.resolved({ ...facts, decision: 'rejected', isSilent: false, by: { actor: 'operator', deviceId: 'd9' } })
    expect(published).toEqual([
      ['device.pair.resolved', { requestId: 'r1', deviceId: 'd1', decision: 'approved', ts: 5 }],
      ['device.pair.resolved', { requestId: 'r1', deviceId: 'd1', decision: 'rejected', ts: 5 }],
    ])
    expect(recorded).toEqual([
      [
        'pairing-approved',
        { actor: 'gateway', deviceId: 'd1', address: 'local', reason: 'silent', subject: 'd1', details },
      ],
      ['pairing-rejected', { actor: 'operator', deviceId: 'd9', subject: 'd1', details }],
    ])
  })

  it('record that a token was given', () => {
    desk.issued({ deviceId: 'd1', role: 'operator', scopes: ['operator.read'], clientId: 'ui' })
    expect(recorded).toEqual([
      [
        'token-issued',
        { actor: 'operator', deviceId: 'd1', clientId: 'ui', address: 'local', details: { scopes: ['operator.read'] } },
      ],
    ])
  })
})
