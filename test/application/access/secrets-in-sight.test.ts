import { expect, it } from 'vitest'
import { tokens } from '../../../src/bootstrap/index.js'
import { testDevice } from '../../doubles/device.js'
import { GatewayStage, requireNoSecret, TOKEN } from '../../doubles/gateway-stage.js'
import type { Frame } from '../../doubles/memory-protocol-client.js'
import { ReloadStage } from '../../doubles/reload-stage.js'

const AFAR = { address: '192.0.2.7' }
const SECRETS = {
  providerKey: 'marked-provider-key-7f3a',
  hooksToken: 'marked-hooks-token-7f3a',
  remoteToken: 'marked-remote-token-7f3a',
  newToken: 'marked-new-token-7f3a',
  newPassword: 'marked-new-password-7f3a',
  guess: 'marked-guess-7f3a',
  message: 'marked-message-of-somebody-7f3a',
}
const config = {
  gateway: {
    auth: { token: TOKEN, rateLimit: { exemptLoopback: false } },
    remote: { url: 'wss://gateway.example', token: SECRETS.remoteToken },
    reload: { mode: 'hot' },
  },
  hooks: { enabled: true, token: SECRETS.hooksToken },
  models: {
    providers: {
      test: {
        api: 'openai-completions',
        baseUrl: 'http://127.0.0.1:9/v1',
        apiKey: SECRETS.providerKey,
        models: [{ id: 'm' }],
      },
    },
  },
}

/** Frames without the two places where a token is told to whom it belongs. */
function withoutTokensGiven(frames: readonly Frame[]): readonly unknown[] {
  return frames.map((frame) => {
    const { auth, token, ...payload } = frame.payload ?? {}
    const isRotation = frame.payload?.rotatedAtMs !== undefined
    return { ...frame, payload: { ...payload, ...(isRotation ? {} : { token }), auth: { ...auth, deviceToken: '' } } }
  })
}

it('shows no secret to anybody, whatever happens', async () => {
  const staged = await ReloadStage.open({ config })
  const { stage } = staged
  const secrets = new Set<string>([TOKEN, ...Object.values(SECRETS)])
  const given = (token: string) => {
    secrets.add(token)
    return token
  }
  stage.runner.onStage = (puppet) => puppet.say('an answer').finish()

  // Everybody who is refused: with guesses in every place where one can stand.
  const { guess } = SECRETS
  const guesses = [{ token: guess }, { password: guess }, { deviceToken: guess }, { token: guess, deviceToken: guess }]
  for (const shown of guesses) {
    for (const device of [true, false]) await stage.refused({ ...shown, device }, { ...AFAR, path: `/?token=${TOKEN}` })
  }
  for (let nr = 0; nr < 12; nr++) await stage.refused({ token: guess }, AFAR)
  await stage.refused({ token: TOKEN, change: (params) => Object.assign(params, { secret: guess }) })
  await stage.refused({ token: TOKEN, change: (params) => Object.assign(params.device, { signature: guess }) })
  const door = stage.gateway.get(tokens.frontDoor)
  const headers = new Map([
    ['host', 'localhost'],
    ['authorization', `Bearer ${TOKEN}`],
  ])
  const peer = { address: '192.0.2.9', port: 1, url: `/v1/models?token=${TOKEN}`, headers }
  for (const bearer of [guess, null, TOKEN]) await door.authenticate(peer, bearer)
  const { host, port } = stage.endpoint
  for (const path of ['/healthz', `/v1/models?token=${TOKEN}`, `/x/${encodeURIComponent('y')}?password=${guess}`]) {
    const authorization = `Bearer ${guess}`
    const answer = await stage.transport.fetch(`http://${host}:${port}${path}`, { headers: { authorization } })
    requireNoSecret('HTTP answers', [await answer.text(), [...answer.headers]], secrets)
  }

  // Everybody who comes in, and all that is decided about devices.
  const master = await stage.join()
  const device = testDevice()
  const deviceToken = given(await stage.pair(device, ['operator.read']))
  const reader = await stage.join({ token: undefined as never, deviceToken, device, scopes: ['operator.read'] })
  await stage.refused({ token: undefined as never, deviceToken, device, scopes: ['operator.admin'] })
  const [wish] = (await master.call('device.pair.list', {})).pending
  await master.call('device.pair.approve', { requestId: wish.requestId })
  const node = await stage.join({ role: 'node', scopes: [] })
  const rotated = await master.call('device.token.rotate', { deviceId: device.id, role: 'operator' })
  given(rotated.token)
  await stage.settle()
  await stage.refused({ deviceToken, device })
  await master.call('device.token.revoke', { deviceId: device.id, role: 'operator' })
  await master.call('device.pair.remove', { deviceId: device.id })

  // Everything there is to read, once more after the secrets have changed.
  const look = async () => {
    for (const { name } of stage.gateway.get(tokens.methods).rows) await master.request(name, {})
    await master.call('logs.tail', { limit: 5_000, maxBytes: 1_000_000 })
    await master.call('audit.list', { limit: 1_000 })
  }
  await master.call('agent', { message: SECRETS.message, idempotencyKey: 'k' })
  await look()
  const { hash } = await master.call('config.get', {})
  const wish2 = { gateway: { auth: { password: SECRETS.newPassword } } }
  await master.request('config.patch', { raw: JSON.stringify(wish2), baseHash: hash })
  await master.request('config.patch', { raw: `{"gateway":{"auth":{"tokn":"${SECRETS.newToken}"}}}` })
  await master.request('config.set', { raw: `{gateway:{auth:{token:"${SECRETS.newToken}"` })
  await master.request('config.set', { raw: `{gateway:{auth:{mode:"${SECRETS.newToken}"}}}` })
  await look()
  const { gateway } = config
  await staged.save({ ...config, gateway: { ...gateway, auth: { ...gateway.auth, token: SECRETS.newToken } } })
  expect((await master.raw.closed).reason).toBe('unauthorized: gateway token changed')
  const next = await stage.join({ token: SECRETS.newToken })
  expect((await next.call('config.get', {})).config.gateway.auth.token).not.toBe(SECRETS.newToken)

  for (const { auth } of stage.clients.flatMap(({ frames }) => frames.map(({ payload }) => payload ?? {}))) {
    if (auth?.deviceToken !== undefined) given(auth.deviceToken)
  }
  stage.keepSecret(...secrets)
  const asked = stage.record.map(({ event }) => event)
  for (const event of ['connected', 'refused', 'locked-out', 'pairing-approved', 'token-rotated', 'config-changed']) {
    expect(asked).toContain(event)
  }
  expect([reader, node, master].every(({ frames }) => frames.length > 1)).toBe(true)
  const readByAll = new Set([...secrets].filter((secret) => secret !== SECRETS.message))
  for (const client of stage.clients) requireNoSecret('frames', withoutTokensGiven(client.frames), readByAll)
  requireNoSecret(
    'closures',
    await Promise.all(stage.clients.filter(({ raw }) => !raw.isOpen).map(({ raw }) => raw.closed)),
    secrets,
  )
  // The log and the record are held against all of them when the stage is closed.
  await staged.close()
})

it.each(['token', 'password', 'trusted-proxy'] as const)('shows the local pass to nobody in mode %s', async (mode) => {
  const localPass = 'marked-local-pass-7f3a'
  const secret = { mode, token: 'marked-token-7f3a', password: 'marked-password-7f3a', localPass }
  const stage = await GatewayStage.open({ secret })
  const own = await stage.join({ token: localPass })
  await stage.refused({ token: localPass }, AFAR)
  await stage.refused({ deviceToken: localPass }, AFAR)
  for (const { name } of stage.gateway.get(tokens.methods).rows) await own.request(name, {})
  for (const { frames } of stage.clients) requireNoSecret('frames', frames, Object.values(secret).slice(1))
  await stage.close()
})

it('would be noticed', () => {
  expect(() => requireNoSecret('log', [{ line: 'harmless' }], ['s3cret'])).not.toThrow()
  expect(() => requireNoSecret('log', [{ line: 'harmless' }, { deep: ['a s3cret!'] }], ['s3cret'])).toThrow(
    /in the log/,
  )
  expect(() => requireNoSecret('log', ['with "quotes"'], ['"quotes"'])).toThrow(/in the log/)
})
