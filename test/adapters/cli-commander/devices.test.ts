import { afterEach, describe, expect, it } from 'vitest'
import { byPrefix, shortIds } from '../../../src/adapters/cli-commander/devices/by-prefix.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { type DoubleOptions, GatewayDouble } from '../../doubles/gateway-double.js'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const PHONE = `9b1c44${'a'.repeat(58)}`
const LAPTOP = `9b1c99${'b'.repeat(58)}`
const NOW = Date.now()

const WAITING = {
  requestId: '3f2a7c1e-0000-4000-8000-000000000001',
  deviceId: PHONE,
  displayName: 'Ana\u202e phone',
  platform: 'ios',
  clientId: 'mayros-ios',
  role: 'operator',
  roles: ['operator'],
  scopes: ['operator.read', 'operator.write'],
  remoteIp: '10.0.0.5',
  ts: NOW - 60_000,
  expiresAtMs: NOW + 240_500,
}
const OTHER = { ...WAITING, requestId: '3f2b0000-0000-4000-8000-000000000002', deviceId: LAPTOP, ts: NOW - 120_000 }
const PAIRED = {
  deviceId: LAPTOP,
  displayName: 'laptop',
  role: 'operator',
  roles: ['operator'],
  scopes: ['operator.read'],
  approvedAtMs: 1_780_000_000_000,
  lastSeenAtMs: NOW - 180_500,
  connected: false,
  tokens: [{ role: 'operator', scopes: ['operator.read'], createdAtMs: 1_780_000_000_000 }],
}

interface Devices {
  pending?: readonly object[]
  paired?: readonly object[]
}

async function gateway(devices: Devices, methods: DoubleOptions['methods'] = {}): Promise<GatewayDouble> {
  const server = await GatewayDouble.start({
    token: 's3cret',
    methods: {
      'device.pair.list': (call) => call.ok({ pending: [], paired: [], ...devices }),
      'device.pair.approve': (call) => call.ok({ requestId: call.params.requestId, device: PAIRED }),
      'device.pair.reject': (call) => call.ok({ requestId: call.params.requestId, deviceId: PHONE }),
      'device.pair.remove': (call) => call.ok({ deviceId: call.params.deviceId }),
      'device.token.rotate': (call) =>
        call.ok({ deviceId: LAPTOP, role: 'operator', token: 'n3w-token', scopes: ['operator.read'], rotatedAtMs: 1 }),
      'device.token.revoke': (call) => call.ok({ deviceId: LAPTOP, role: 'operator', revokedAtMs: 1 }),
      ...methods,
    },
  })
  cleanups.push(() => server.stop())
  return server
}

function at(server: GatewayDouble, scene: CliScene = {}): CliStage {
  return new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' }, ...scene })
}

const asked = (server: GatewayDouble) => server.calls.filter(({ method }) => method !== 'device.pair.list')

describe('devices list', () => {
  it('shows who waits and who is paired, and forges no line', async () => {
    const server = await gateway({ pending: [WAITING], paired: [PAIRED] })
    const { exitCode, stdout, stderr } = await at(server).run('devices', 'list')
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toBe(
      [
        'Waiting',
        `  ${WAITING.requestId}  Ana\\u202e phone  operator  operator.read,operator.write  10.0.0.5  1m ago, expires in 4m`,
        '  approve: mayros devices approve <id>',
        'Paired',
        `  ${LAPTOP}  laptop  operator  operator.read  -  seen 3m ago`,
        '',
      ].join('\n'),
    )
  })

  it('cuts ids for a terminal to what can be typed', async () => {
    const server = await gateway({ pending: [WAITING], paired: [{ ...PAIRED, connected: true }] })
    const { stdout } = await at(server, { isTTY: true }).run('devices', 'list', '--no-color')
    expect(stdout).toContain('  3f2a7c1e  Ana')
    expect(stdout).toContain('  9b1c99bbbbbb  laptop  operator  operator.read  -  connected')
  })

  it('has a document for programs, and says when there are none', async () => {
    const server = await gateway({ pending: [WAITING], paired: [PAIRED] })
    expect(JSON.parse((await at(server).run('devices', 'list', '--json')).stdout)).toEqual({
      pending: [
        {
          requestId: WAITING.requestId,
          deviceId: PHONE,
          name: WAITING.displayName,
          role: 'operator',
          roles: ['operator'],
          scopes: WAITING.scopes,
          remoteIp: '10.0.0.5',
          isRepair: false,
          ts: WAITING.ts,
          expiresAt: new Date(WAITING.expiresAtMs).toISOString(),
        },
      ],
      paired: [
        {
          deviceId: LAPTOP,
          name: 'laptop',
          roles: ['operator'],
          scopes: ['operator.read'],
          remoteIp: null,
          approvedAt: '2026-05-28T20:26:40.000Z',
          lastSeenAt: new Date(PAIRED.lastSeenAtMs).toISOString(),
          connected: false,
          tokens: [
            {
              role: 'operator',
              scopes: ['operator.read'],
              createdAt: '2026-05-28T20:26:40.000Z',
              rotatedAt: null,
              revokedAt: null,
              lastUsedAt: null,
            },
          ],
        },
      ],
    })
    const none = await gateway({})
    expect(await at(none).run('devices', 'list')).toEqual({ exitCode: 0, stdout: 'no devices\n', stderr: '' })
    expect(JSON.parse((await at(none).run('devices', 'list', '--json')).stdout)).toEqual({ pending: [], paired: [] })
  })

  it('needs a gateway, also for programs', async () => {
    const server = await gateway({})
    const { port } = server
    await server.stop()
    cleanups.length = 0
    const { exitCode, stdout } = await new CliStage({ hints: { port } }).run('devices', 'list', '--json')
    expect(exitCode).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'unreachable' } })
  })
})

describe('devices approve', () => {
  it('tells what is granted before it is granted', async () => {
    const stage: { current?: CliStage } = {}
    let shownBefore = ''
    const server = await gateway(
      { pending: [WAITING, OTHER], paired: [{ ...PAIRED, deviceId: PHONE }] },
      {
        'device.pair.approve': (call) => {
          shownBefore = stage.current?.out.text ?? ''
          call.ok({ requestId: call.params.requestId })
        },
      },
    )
    stage.current = at(server, { stdin: '' })
    const { exitCode, stdout, stderr } = await stage.current.run('devices', 'approve', '3F2A')
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(shownBefore).toBe(
      [
        'this device gets:',
        `  request  ${WAITING.requestId}`,
        `  device   ${PHONE}  Ana\\u202e phone`,
        '  from     10.0.0.5, 1m ago',
        '  program  mayros-ios on ios',
        '  role     operator',
        '  scopes   operator.read,operator.write',
        '  so far   operator with operator.read',
        '',
      ].join('\n'),
    )
    expect(stdout).toBe(`${shownBefore}approved Ana\\u202e phone\n`)
    expect(asked(server)).toEqual([{ method: 'device.pair.approve', params: { requestId: WAITING.requestId } }])
  })

  it.each([
    ['y', 0, 1],
    ['YES', 0, 1],
    ['', 1, 0],
    ['n', 1, 0],
    ['yesterday', 1, 0],
  ])('asks when no id is given, and takes "%s"', async (typed, exitCode, calls) => {
    const server = await gateway({ pending: [WAITING] })
    const result = await at(server, { stdin: typed, isTyped: true }).run('devices', 'approve')
    expect(result.stderr).toContain('approve? [y/N] ')
    expect([result.exitCode, asked(server).length]).toEqual([exitCode, calls])
  })

  it('never grants the newest of several silently', async () => {
    const server = await gateway({ pending: [OTHER, WAITING] })
    const several = await at(server, { stdin: 'y', isTyped: true }).run('devices', 'approve')
    expect(several.exitCode).toBe(1)
    expect(several.stderr).toContain('Error: 2 devices wait for approval\n')
    expect(several.stderr).toContain(OTHER.requestId)
    const noOneThere = await at(server, { stdin: '' }).run('devices', 'approve', '--latest')
    expect([noOneThere.exitCode, noOneThere.stderr.split('\n')[0]]).toEqual([
      2,
      'Error: give the id of the request, or --latest --yes',
    ])
    expect((await at(server, { stdin: '' }).run('devices', 'approve', '--yes')).exitCode).toBe(2)
    expect((await at(server).run('devices', 'approve', '3f2a', '--latest')).exitCode).toBe(2)
    expect(asked(server)).toEqual([])

    expect((await at(server, { stdin: '' }).run('devices', 'approve', '--latest', '--yes')).exitCode).toBe(0)
    expect(asked(server)).toEqual([{ method: 'device.pair.approve', params: { requestId: WAITING.requestId } }])
  })

  it('knows nobody, or several, by the beginning of an id', async () => {
    const server = await gateway({ pending: [WAITING, OTHER] })
    const none = await at(server).run('devices', 'approve', 'zzz')
    expect([none.exitCode, none.stderr.split('\n')[0]]).toEqual([1, 'Error: no waiting request zzz'])
    const { exitCode, stdout } = await at(server).run('devices', 'approve', '3f2', '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'ambiguous', details: { candidates: [WAITING.requestId, OTHER.requestId] } },
    })
    expect((await at(await gateway({})).run('devices', 'approve')).stderr).toBe('Error: no device waits for approval\n')
  })

  it('warns when the device asked for more after it was shown', async () => {
    const server = await gateway(
      { pending: [WAITING] },
      {
        'device.pair.approve': (call) =>
          call.ok({ device: { deviceId: PHONE, roles: ['operator'], scopes: [...WAITING.scopes, 'operator.admin'] } }),
      },
    )
    const { exitCode, stdout, stderr } = await at(server).run('devices', 'approve', '3f2a', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ ok: true, deviceId: PHONE, role: 'operator' })
    expect(stderr).toContain('this device gets:')
    expect(stderr).toContain(`granted it: operator.admin; undo: mayros devices remove ${PHONE}`)
  })

  it('says why the gateway refuses', async () => {
    const server = await gateway(
      { pending: [WAITING] },
      { 'device.pair.approve': (call) => call.fail('INVALID_REQUEST', 'missing scope: operator.admin') },
    )
    const { exitCode, stderr } = await at(server).run('devices', 'approve', '3f2a')
    expect([exitCode, stderr]).toEqual([4, 'Error: needs scope operator.admin\n'])
  })
})

describe('devices reject and remove', () => {
  it('name the device', async () => {
    const server = await gateway({ pending: [WAITING], paired: [PAIRED] })
    expect((await at(server).run('devices', 'reject', '3f2a')).stdout).toBe('rejected Ana\\u202e phone\n')
    expect((await at(server).run('devices', 'remove', '9b1c')).stdout).toBe(
      'removed laptop; its connections are closed\n',
    )
    expect(JSON.parse((await at(server).run('devices', 'remove', LAPTOP, '--json')).stdout)).toEqual({
      ok: true,
      deviceId: LAPTOP,
      role: 'operator',
    })
    expect(asked(server).map(({ params }) => params)).toEqual([
      { requestId: WAITING.requestId },
      { deviceId: LAPTOP },
      { deviceId: LAPTOP },
    ])
    expect((await at(server).run('devices', 'remove', PHONE)).stderr).toContain(`Error: no paired device ${PHONE}\n`)
  })
})

describe('devices rotate and revoke', () => {
  const rotate = ['devices', 'rotate', '--device', '9b1c99', '--role', 'operator']

  it('prints the new token on stdout and nothing else there', async () => {
    const server = await gateway({ paired: [PAIRED] })
    expect(await at(server).run(...rotate)).toEqual({
      exitCode: 0,
      stdout: 'n3w-token\n',
      stderr: 'rotated the operator token of laptop (operator.read)\nthe new token is shown this once:\n',
    })
    expect(JSON.parse((await at(server).run(...rotate, '--json')).stdout)).toEqual({
      ok: true,
      deviceId: LAPTOP,
      role: 'operator',
      scopes: ['operator.read'],
      token: 'n3w-token',
    })
    expect(asked(server)[0]?.params).toEqual({ deviceId: LAPTOP, role: 'operator' })
  })

  it('lets a token shrink, but grow only with --yes', async () => {
    const server = await gateway({
      paired: [{ ...PAIRED, tokens: [{ role: 'operator', scopes: ['operator.write'], createdAtMs: 1 }] }],
    })
    expect((await at(server).run(...rotate, '--scope', 'operator.read')).exitCode).toBe(0)
    const grown = await at(server).run(...rotate, '--scope', 'operator.read,operator.admin')
    expect([grown.exitCode, grown.stderr]).toEqual([
      2,
      'Error: the token does not have operator.admin now; to let it grow, add --yes\n',
    ])
    expect((await at(server).run(...rotate, '--scope', 'operator.admin', '--yes')).exitCode).toBe(0)
    expect(asked(server).map(({ params }) => params.scopes)).toEqual([['operator.read'], ['operator.admin']])
  })

  it('revokes, and shows a refusal', async () => {
    const server = await gateway({ paired: [PAIRED] })
    const revoke = ['devices', 'revoke', '--device', LAPTOP, '--role', 'operator']
    expect((await at(server).run(...revoke)).stdout).toBe('revoked the operator token of laptop\n')
    expect(JSON.parse((await at(server).run(...revoke, '--json')).stdout)).toEqual({
      ok: true,
      deviceId: LAPTOP,
      role: 'operator',
    })
    const refusing = await gateway(
      { paired: [PAIRED] },
      { 'device.token.revoke': (call) => call.fail('INVALID_REQUEST', 'unknown deviceId/role') },
    )
    const { exitCode, stderr } = await at(refusing).run('devices', 'revoke', '--device', LAPTOP, '--role', 'node')
    expect([exitCode, stderr]).toEqual([1, 'Error: INVALID_REQUEST: unknown deviceId/role\n'])
  })

  it.each([
    [['devices', 'rotate', '--role', 'node'], 'required option --device <id> not specified'],
    [['devices', 'revoke', '--device', 'x'], 'required option --role <role> not specified'],
    [['devices', 'revoke', '--device', 'x', '--role', 'root'], '--role: expected one of operator, node, got "root"'],
    [['devices', 'reject'], 'missing argument <requestId>'],
    [['devices', 'lst'], 'unknown command lst (did you mean list?)'],
  ])('%j: %s', async (argv, message) => {
    const { exitCode, stderr } = await new CliStage().run(...argv)
    expect([exitCode, stderr.split('\n')[0]]).toEqual([2, `Error: ${message}`])
  })
})

describe('ids by their beginning', () => {
  const lookup = { what: 'thing', idOf: (id: string) => id, describe: (id: string) => id, hint: 'look' }

  it('prefer the whole id, and never guess', () => {
    expect(byPrefix(['ab', 'abc'], 'ab', lookup)).toBe('ab')
    expect(byPrefix(['ab', 'bc'], 'B', lookup)).toBe('bc')
    expect(() => byPrefix(['ab'], ' ', lookup)).toThrow('no thing')
    expect(() => byPrefix(['abc', 'abd'], 'ab', lookup)).toThrow('2 ids begin with ab')
  })

  it('are as short as they may be', () => {
    expect([...shortIds(['abcdef', 'abcxyz', 'b'], 2).values()]).toEqual(['abcd', 'abcx', 'b'])
  })
})
