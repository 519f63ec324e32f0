import { scryptSync } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import type { MemoryCall } from '../../../src/adapters/transport-memory/memory-transport.js'
import { tokens } from '../../../src/bootstrap/index.js'
import { METHOD_ACCESS } from '../../../src/domain/access/method-access.js'
import { formatPasswordHash } from '../../../src/domain/access/password-hash.js'
import type { SharedSecret } from '../../../src/domain/access/shared-secret.js'
import {
  CREDENTIALS,
  callRefusal,
  expectationOf,
  type Mode,
  PAIRED_SCOPES,
  PLACES,
  type Place,
  type Visit,
} from '../../doubles/access-oracle.js'
import { type TestDevice, testDevice } from '../../doubles/device.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'
import type { Frame } from '../../doubles/memory-protocol-client.js'

const GATEWAY_TOKEN = 'the-token-of-the-matrix'
const PASSWORD = 'the-password-of-the-matrix'
const LOCAL_PASS = 'the-local-pass-of-the-matrix'
const PROXY = '10.0.0.1'
const LOOPBACK_PROXY = '127.0.0.2'
const REMOTE = '203.0.113.9'

const config = {
  gateway: {
    bind: 'lan',
    trustedProxies: [PROXY, LOOPBACK_PROXY],
    auth: {
      // Nobody is ever locked out: that is tested elsewhere, and would answer everything here.
      rateLimit: { lockoutMs: 0 },
      trustedProxy: { userHeader: 'x-user', requiredHeaders: ['x-mark'], allowUsers: ['alice'] },
    },
  },
}

const SCOPE_SETS: readonly (readonly string[])[] = [
  [],
  ['operator.read'],
  ['operator.write'],
  ['operator.approvals'],
  ['operator.pairing'],
  ['operator.admin'],
  ['operator.read', 'operator.made-up'],
]
const MODES: readonly Mode[] = ['token', 'password', 'hashed', 'trusted-proxy', 'none']

const calls: Readonly<Record<Place, { readonly address: string; readonly headers: Record<string, string> }>> = {
  loopback: { address: '127.0.0.1', headers: { host: '127.0.0.1:18789' } },
  loopbackByForeignName: { address: '127.0.0.1', headers: { host: 'evil.example' } },
  loopbackForwarded: { address: '127.0.0.1', headers: { host: 'localhost', 'x-forwarded-for': '127.0.0.1' } },
  lan: { address: '192.0.2.7', headers: { host: 'localhost' } },
  proxyForRemote: { address: PROXY, headers: { host: 'gw.example', 'x-forwarded-for': `127.0.0.1, ${REMOTE}` } },
  proxyForLoopback: { address: PROXY, headers: { host: 'localhost', 'x-forwarded-for': '127.0.0.1' } },
  loopbackProxyForLoopback: {
    address: LOOPBACK_PROXY,
    headers: { host: 'localhost', 'x-forwarded-for': '127.0.0.1' },
  },
  loopbackProxyForRemote: { address: LOOPBACK_PROXY, headers: { host: 'localhost', 'x-forwarded-for': REMOTE } },
  proxySilent: { address: PROXY, headers: { host: 'localhost' } },
  unix: { address: '', headers: { host: 'localhost' } },
}

/** Every visit in one mode from one place. */
function* visitsOf(mode: Mode, place: Place): Generator<Visit> {
  for (const credential of CREDENTIALS) {
    const about = { mode, credential, place }
    for (const scopes of SCOPE_SETS) yield { ...about, role: 'operator', scopes, hasDevice: true }
    for (const scopes of [[], ['operator.admin']]) yield { ...about, role: 'node', scopes, hasDevice: true }
    for (const role of ['operator', 'node']) yield { ...about, role, scopes: ['operator.admin'], hasDevice: false }
    yield { ...about, role: 'admin', scopes: ['operator.admin'], hasDevice: true }
  }
}

function secretOf(mode: Mode): SharedSecret {
  const localPass = mode === 'none' ? {} : { localPass: LOCAL_PASS }
  if (mode === 'token') return { mode, token: GATEWAY_TOKEN, ...localPass }
  if (mode === 'password') return { mode, password: PASSWORD, ...localPass }
  if (mode === 'hashed') return { mode: 'password', password: cheapHash(PASSWORD), ...localPass }
  return { mode, ...localPass }
}

/** The cheapest hash that counts as one. */
function cheapHash(password: string): string {
  const cost = { ln: 14, r: 1, p: 1 }
  const salt = 'c2FsdHNhbHRzYWx0c2E'
  const hash = scryptSync(password, Buffer.from(salt, 'base64'), 32, { N: 2 ** cost.ln, r: cost.r, p: cost.p })
  return formatPasswordHash({ ...cost, salt, hash: hash.toString('base64').replace(/=+$/, '') })
}

interface Shown {
  readonly auth: { readonly token?: string; readonly deviceToken?: string; readonly password?: string }
  readonly headers: Record<string, string>
}

const shows = (auth: Shown['auth'], headers: Record<string, string> = {}): Shown => ({ auth, headers })

/** What a visitor sends for its credential; pairs the devices it needs for that. */
async function credentialOf(
  stage: GatewayStage,
  { mode, credential, role }: Visit,
  device: TestDevice,
): Promise<Shown> {
  const asked = role === 'node' ? 'node' : 'operator'
  const pair = async (one: TestDevice) => {
    const asOperator = await stage.pair(one, PAIRED_SCOPES)
    const asNode = await stage.pair(one, [], 'node')
    return { own: asked === 'node' ? asNode : asOperator, other: asked === 'node' ? asOperator : asNode }
  }
  switch (credential) {
    case 'nothing':
      return shows({})
    case 'right':
      return shows(mode === 'token' ? { token: GATEWAY_TOKEN } : { password: PASSWORD })
    case 'wrong':
      return shows({ token: 'a guess', password: 'a guess' })
    case 'empty':
      return shows({ token: '', deviceToken: '', password: '' })
    case 'wrongField':
      return shows(mode === 'token' ? { password: GATEWAY_TOKEN } : { token: PASSWORD })
    case 'localPass':
      return shows({ token: LOCAL_PASS })
    case 'deviceToken':
      return shows({ deviceToken: (await pair(device)).own })
    case 'deviceTokenAsToken':
      return shows({ token: (await pair(device)).own })
    case 'revokedToken': {
      const { own } = await pair(device)
      await stage.gateway.get(tokens.devices).revoke(device.id, asked)
      return shows({ deviceToken: own })
    }
    case 'tokenOfAnotherDevice':
    case 'tokenOfAnotherDeviceAsToken': {
      await pair(device)
      const { own } = await pair(other)
      return shows(credential === 'tokenOfAnotherDevice' ? { deviceToken: own } : { token: own })
    }
    case 'tokenOfAnotherRole':
      return shows({ deviceToken: (await pair(device)).other })
    case 'proxyUser':
      return shows({}, { 'x-user': 'Alice', 'x-mark': '1' })
    case 'proxyStranger':
      return shows({}, { 'x-user': 'mallory', 'x-mark': '1' })
    case 'proxyTwice':
      return shows({}, { 'x-user': 'alice, alice', 'x-mark': '1' })
    case 'proxyWithoutMark':
      return shows({}, { 'x-user': 'alice' })
  }
}
const other = testDevice()

/** Asks for every method with parameters that no strict method takes, so that what is allowed changes nothing. */
async function refusalsOf(stage: GatewayStage, client: Awaited<ReturnType<GatewayStage['knock']>>, names: string[]) {
  const before = client.raw.messages.length
  for (const name of names) client.raw.send(`{"type":"req","id":"m ${name}","method":"${name}","params":{"no":"way"}}`)
  const answers = new Map<string, Frame>()
  for (let patience = 0; patience < 100 && answers.size < names.length; patience++) {
    await stage.settle()
    for (const message of client.raw.messages.slice(before).map(String)) {
      const name = /^\{"type":"res","id":"m ([^"]+)"/.exec(message)?.[1]
      if (name !== undefined && !answers.has(name)) answers.set(name, JSON.parse(message))
    }
  }
  return names.map((name) => {
    const { ok, error } = answers.get(name) ?? { ok: false, error: { message: 'no answer' } }
    const said = ok === true ? '' : String(error?.message)
    return /^(?:missing scope|unauthorized role|no answer)/.test(said) ? said : null
  })
}

/** What came of a visit, in the words of the oracle. */
async function visited(stage: GatewayStage, visit: Visit, names: string[]) {
  const device = testDevice()
  const { auth, headers } = await credentialOf(stage, visit, device)
  const { address, headers: ofPlace } = calls[visit.place]
  const call: MemoryCall = { address, headers: { ...ofPlace, ...headers } }
  const client = await stage.knock(call)
  const answer = await client.connect({
    ...auth,
    device: visit.hasDevice ? device : false,
    role: visit.role,
    scopes: visit.scopes,
  })
  const outcome = answer.ok === true ? await inside(stage, client, names) : outside(answer)
  client.raw.close()
  await stage.settle()
  await forget(stage)
  stage.clients.length = 0
  return outcome
}

async function inside(stage: GatewayStage, client: Awaited<ReturnType<GatewayStage['knock']>>, names: string[]) {
  const [inside] = [...stage.gateway.get(tokens.clients)]
  return { isIn: true, scopes: [...(inside?.identity.scopes ?? [])], refusals: await refusalsOf(stage, client, names) }
}

function outside({ error }: Frame) {
  const { authReason, reason, code } = error.details ?? {}
  return { isIn: false, why: authReason ?? reason ?? code ?? error.message }
}

async function forget(stage: GatewayStage): Promise<void> {
  const devices = stage.gateway.get(tokens.devices)
  const { pending, paired } = devices.list()
  await Promise.all([
    ...pending.map(({ requestId }) => devices.reject(requestId)),
    ...paired.map(({ deviceId }) => devices.remove(deviceId)),
  ])
}

const UNKNOWN = ['no.such.method', 'config.no-such', 'exec.approvals.no-such', 'connect', '__proto__', 'constructor']

describe('who comes in, and what it may do there', () => {
  const counted = { visits: 0, admitted: 0, calls: 0 }

  afterAll(() => {
    console.log(`${counted.visits} visits, ${counted.admitted} came in, ${counted.calls} calls judged`)
    expect(counted.visits).toBeGreaterThan(5_000)
    expect(counted.admitted).toBeGreaterThan(500)
  })

  const places = MODES.flatMap((mode) => PLACES.map((place) => [mode, place] as const))

  it.each(places)('in mode %s from %s', async (mode, place) => {
    const stage = await GatewayStage.open({ config, secret: secretOf(mode) })
    const names = [...stage.gateway.get(tokens.methods).rows.map(({ name }) => name), ...UNKNOWN]
    const failures: object[] = []
    for (const visit of visitsOf(mode, place)) {
      const expected = expectationOf(visit)
      const refusals = expected.isIn ? names.map((name) => callRefusal(name, visit.role, expected.scopes)) : undefined
      const seen = await visited(stage, visit, names)
      const wanted = refusals === undefined ? expected : { ...expected, refusals }
      if (JSON.stringify(seen) !== JSON.stringify(wanted)) failures.push({ visit, seen, wanted })
      counted.visits += 1
      if (expected.isIn) counted.admitted += 1
      counted.calls += refusals?.length ?? 0
    }
    await stage.close()
    expect(failures.slice(0, 3)).toEqual([])
  })
})

describe('the table of methods', () => {
  it('and the methods of a running gateway are the same', async () => {
    const stage = await GatewayStage.open()
    const rows = stage.gateway.get(tokens.methods).rows
    expect(Object.fromEntries(rows.map(({ name, scope }) => [name, scope]))).toEqual(METHOD_ACCESS)
    await stage.close()
  })
})
