import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { NodeSecrets } from '../../../src/adapters/secrets-node/node-secrets.js'
import { JsonWire } from '../../../src/adapters/wire-json/json-wire.js'
import type { DeviceEnding, DeviceResolution } from '../../../src/application/access/device-occurrences.js'
import { DeviceRegistry } from '../../../src/application/access/device-registry.js'
import type { Call } from '../../../src/application/connection/call.js'
import { Client, type ClientIdentity } from '../../../src/application/connection/client.js'
import { MethodTable } from '../../../src/application/method-table.js'
import { deviceMethods } from '../../../src/application/methods/device-methods.js'
import { nodeMethods } from '../../../src/application/methods/node-methods.js'
import type { Connection } from '../../../src/application/ports/transport.js'
import type { Role } from '../../../src/domain/access/scopes.js'

function clientOf(identity: Partial<ClientIdentity>): Client {
  const client = { id: 'cli', mode: 'cli', version: '1.0', platform: 'linux' }
  const whole = { connId: 'c1', role: 'operator', scopes: new Set(), client, caps: new Set(), connectedAt: 1 }
  return new Client({ proof: { kind: 'open' }, ...whole, ...identity } as ClientIdentity, {} as Connection)
}

describe('methods about devices', () => {
  const wire = new JsonWire()
  let clock: FakeClock
  let clients: Client[]
  let devices: DeviceRegistry
  let decided: (DeviceEnding | DeviceResolution)[]
  let table: MethodTable
  let operator: Client

  beforeEach(async () => {
    clock = new FakeClock(1_000)
    clients = []
    decided = []
    const nothing = () => undefined
    const keep = (decision: DeviceEnding | DeviceResolution) => void decided.push(decision)
    devices = new DeviceRegistry(
      {
        document: new MemoryDocument(),
        clock,
        ids: new SequenceIds(),
        log: new MemoryLog(),
        secrets: new NodeSecrets(),
      },
      { requested: nothing, issued: nothing, resolved: keep, ended: keep },
    )
    await devices.open()
    table = new MethodTable([deviceMethods({ devices, clients }), nodeMethods({ devices, clients, clock })])
    operator = clientOf({
      scopes: new Set(['operator.pairing', 'operator.read']),
      deviceId: 'd0',
      remoteIp: '192.0.2.1',
    })
  })

  async function call(name: string, params: object = {}): Promise<unknown> {
    const row = table.find(name)!
    const checked = wire.check(row.params!, params)
    if (!checked.ok) throw new Error(checked.problems)
    return row.run(checked.value as never, { client: operator } as unknown as Call)
  }

  function claim(deviceId: string, role: Role = 'operator', scopes: readonly string[] = ['operator.read']) {
    const client = { id: 'app', mode: 'ui', platform: 'ios', displayName: `Device ${deviceId}` }
    return { deviceId, publicKey: `k-${deviceId}`, role, scopes, client }
  }

  it('have their rows', () => {
    expect(table.rows.map(({ name, scope }) => [name, scope])).toEqual([
      ['device.pair.list', 'operator.pairing'],
      ['device.pair.approve', 'operator.pairing'],
      ['device.pair.reject', 'operator.pairing'],
      ['device.pair.remove', 'operator.pairing'],
      ['device.token.rotate', 'operator.pairing'],
      ['device.token.revoke', 'operator.pairing'],
      ['node.list', 'operator.read'],
      ['node.describe', 'operator.read'],
      ['skills.bins', 'node'],
    ])
  })

  it.each([
    ['device.pair.list', { more: 1 }],
    ['device.pair.approve', {}],
    ['device.pair.approve', { requestId: '' }],
    ['device.pair.reject', { requestId: 'r', more: 1 }],
    ['device.pair.remove', { deviceId: 7 }],
    ['device.token.rotate', { deviceId: 'd' }],
    ['device.token.rotate', { deviceId: 'd', role: 'operator', scopes: [''] }],
    ['device.token.rotate', { deviceId: 'd', role: 'operator', scopes: Array(65).fill('s') }],
    ['device.token.revoke', { deviceId: 'd', role: 'operator', scopes: [] }],
    ['node.describe', {}],
    ['skills.bins', { more: 1 }],
  ])('%s does not take %j', (name, params) => {
    expect(wire.check(table.find(name)!.params!, params).ok).toBe(false)
  })

  it('list who waits until when, and who is paired, connected or last seen', async () => {
    await devices.approveSilently(claim('d1'))
    await devices.approveSilently(claim('d2'))
    const { requestId } = await devices.request(claim('d3'), { isSilent: false })
    const connected = clientOf({ deviceId: 'd2' })
    connected.lastActiveAt = 5_000
    clients.push(connected, clientOf({ deviceId: 'd2' }), clientOf({}))
    expect(await call('device.pair.list')).toEqual({
      pending: [expect.objectContaining({ requestId, deviceId: 'd3', ts: 1_000, expiresAtMs: 301_000 })],
      paired: [
        expect.objectContaining({ deviceId: 'd2', connected: true, lastSeenAtMs: 5_000 }),
        expect.objectContaining({ deviceId: 'd1', connected: false, lastSeenAtMs: 1_000 }),
      ],
    })
  })

  it('decide in the name of the caller and with its scopes', async () => {
    const by = { actor: 'operator', connId: 'c1', clientId: 'cli', deviceId: 'd0', address: '192.0.2.1' }
    const first = await devices.request(claim('d1'), { isSilent: false })
    const second = await devices.request(claim('d2', 'operator', ['operator.admin']), { isSilent: false })
    expect(await call('device.pair.approve', { requestId: first.requestId })).toEqual({
      requestId: first.requestId,
      device: devices.find('d1'),
    })
    await expect(call('device.pair.approve', { requestId: second.requestId })).rejects.toThrow(
      'missing scope: operator.admin',
    )
    expect(await call('device.pair.reject', { requestId: second.requestId })).toEqual({
      requestId: second.requestId,
      deviceId: 'd2',
    })
    const rotate = { deviceId: 'd1', role: 'operator' }
    expect(await call('device.token.rotate', rotate)).toMatchObject({ ...rotate, scopes: ['operator.read'] })
    expect(await call('device.token.revoke', rotate)).toEqual({ ...rotate, revokedAtMs: 1_000 })
    expect(await call('device.pair.remove', { deviceId: 'd1' })).toEqual({ deviceId: 'd1' })
    expect(decided.map((decision) => decision.by)).toEqual([by, by, by, by, by])
  })

  it.each([
    ['device.pair.approve', { requestId: 'r' }, 'unknown requestId'],
    ['device.pair.reject', { requestId: 'r' }, 'unknown requestId'],
    ['device.pair.remove', { deviceId: 'd' }, 'unknown deviceId'],
    ['device.token.rotate', { deviceId: 'd', role: 'node' }, 'unknown deviceId/role'],
    ['device.token.revoke', { deviceId: 'd', role: 'node' }, 'unknown deviceId/role'],
    ['node.describe', { nodeId: 'd' }, 'unknown nodeId'],
  ])('%s refuses what it does not know', async (name, params, message) => {
    await expect(call(name, params)).rejects.toMatchObject({ code: 'INVALID_REQUEST', message })
  })

  it('show nodes that are paired or connected, connected ones first', async () => {
    for (const deviceId of ['n2', 'n1', 'n3']) await devices.approveSilently(claim(deviceId, 'node', []))
    await devices.approveSilently(claim('d1'))
    const client = { id: 'node-host', version: '2.0', platform: 'macos', mode: 'node' as const, displayName: 'Studio' }
    const caps = new Set(['camera'])
    clients.push(clientOf({ role: 'node', deviceId: 'n3', client, caps, remoteIp: '192.0.2.3', connectedAt: 7 }))
    clients.push(clientOf({ deviceId: 'd1' }))
    const offline = { platform: 'ios', caps: [], commands: [], paired: true, connected: false }
    const studio = {
      nodeId: 'n3',
      displayName: 'Studio',
      platform: 'macos',
      version: '2.0',
      remoteIp: '192.0.2.3',
      caps: ['camera'],
      commands: [],
      connectedAtMs: 7,
      paired: true,
      connected: true,
    }
    expect(await call('node.list')).toEqual({
      ts: 1_000,
      nodes: [
        studio,
        { nodeId: 'n1', displayName: 'Device n1', ...offline },
        { nodeId: 'n2', displayName: 'Device n2', ...offline },
      ],
    })
    expect(await call('node.describe', { nodeId: 'n3' })).toEqual({ ts: 1_000, ...studio })
    expect(await call('skills.bins')).toEqual({ bins: [] })
  })
})
