import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HonoHttpApp } from '../../src/adapters/http-hono/hono-http-app.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { GatewayStage } from '../doubles/gateway-stage.js'
import { GuardedHttp, SECRET } from '../doubles/guarded-http.js'

const READY = async () => ({ isReady: true, checks: {} })

const peer = { address: '127.0.0.1', port: 1, headers: new Map<string, string>(), url: '/' }

describe('the HTTP endpoints of a gateway', () => {
  let stage: GatewayStage

  beforeEach(async () => {
    stage = await GatewayStage.open()
  })

  afterEach(() => stage.close())

  const fetch = (path: string, init?: RequestInit) =>
    stage.transport.fetch(`http://127.0.0.1:${stage.endpoint.port}${path}`, init)

  it.each([
    ['GET', '/healthz', 200, { ok: true, version: expect.any(String) }],
    ['GET', '/readyz', 200, { ready: true, checks: { store: { ok: true }, channels: { ok: true } } }],
  ])('answer %s %s', async (method, path, status, body) => {
    const response = await fetch(path, { method })
    expect([response.status, await response.json()]).toEqual([status, body])
  })

  it.each([
    ['POST', '/healthz', 405, 'Method Not Allowed'],
    ['OPTIONS', '/readyz', 405, 'Method Not Allowed'],
    ['HEAD', '/healthz', 200, ''],
  ])('answer %s %s with %i', async (method, path, status, text) => {
    const response = await fetch(path, { method })
    expect([response.status, await response.text()]).toEqual([status, text])
    expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null)
  })

  it.each([
    ['GET', '/healthz'],
    ['GET', '/nothing.txt'],
    ['POST', '/healthz'],
  ])('carry the security headers on %s %s, and none for other origins', async (method, path) => {
    const { headers } = await fetch(path, { method, headers: { origin: 'https://evil.example' } })
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('HonoHttpApp', () => {
  it('says that it is not ready', async () => {
    const checks = { store: { ok: false, reason: 'the disk is full' } }
    const app = new HonoHttpApp({ version: '1', readiness: async () => ({ isReady: false, checks }) }, new MemoryLog())
    const response = await app.fetch(new Request('http://box/readyz'), peer)
    expect([response.status, await response.json()]).toEqual([503, { ready: false }])
    expect(response.headers.get('retry-after')).toBe('2')
  })

  it('has nothing but health where there is no front door', async () => {
    const app = new HonoHttpApp({ version: '1', readiness: READY }, new MemoryLog())
    for (const path of ['/', '/v1/models', '/healthz/']) {
      expect((await app.fetch(new Request(`http://box${path}`), peer)).status).toBe(404)
    }
  })

  it('answers a failing endpoint with 500, keeps the reason to the log, and lives on', async () => {
    const log = new MemoryLog()
    let isBroken = true
    const readiness = async () => {
      if (isBroken) throw new Error('the secret reason')
      return READY()
    }
    const app = new HonoHttpApp({ version: '1', readiness }, log)
    const response = await app.fetch(new Request('http://box/readyz?token=x'), peer)
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const failures = log.lines.filter(({ level }) => level === 'error')
    expect(failures).toMatchObject([{ message: 'http request failed', fields: { path: '/readyz' } }])
    isBroken = false
    expect((await app.fetch(new Request('http://box/readyz'), peer)).status).toBe(200)
  })
})

describe('the front door of HTTP', () => {
  let http: GuardedHttp

  beforeEach(() => {
    http = new GuardedHttp()
  })

  it('lets in who has the secret', async () => {
    const response = await http.asked('/v1/models')
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const model = (id: string) => ({ id, object: 'model', created: 0, owned_by: 'mayros' })
    expect(await response.json()).toEqual({
      object: 'list',
      data: ['mayros', 'mayros:main', 'mayros:work'].map(model),
    })
    expect(await (await http.asked('/v1/models/mayros:work')).json()).toEqual(model('mayros:work'))
  })

  it.each([
    ['nothing', {}],
    ['another secret', { authorization: 'Bearer wrong' }],
    ['no bearer', { authorization: `Basic ${SECRET}` }],
    ['an empty bearer', { authorization: 'Bearer ' }],
    ['the bare secret', { authorization: SECRET }],
    ['a cookie', { cookie: `token=${SECRET}` }],
    ['another header', { 'x-api-key': SECRET }],
  ])('refuses who shows %s', async (_, headers) => {
    for (const path of ['/v1/models', '/v1/models/mayros', '/v1/models/nobody', '/v1/mod%65ls']) {
      const response = await http.fetch(path, { headers })
      expect([response.status, await response.json()]).toEqual([
        401,
        { error: { message: 'Unauthorized', type: 'unauthorized' } },
      ])
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  it.each([
    ['bearer', `bearer ${SECRET}`],
    ['BEARER', `BEARER   ${SECRET} `],
  ])('reads the secret behind %s', async (_, authorization) => {
    expect((await http.fetch('/v1/models', { headers: { authorization } })).status).toBe(200)
    expect(http.door.bearers).toEqual([SECRET])
  })

  it.each([
    [1, '1'],
    [0, '1'],
    [1_000, '1'],
    [1_001, '2'],
    [300_000, '300'],
  ])('says when to come back after %i ms', async (retryAfterMs, seconds) => {
    http.door.verdict = { kind: 'locked-out', retryAfterMs }
    const response = await http.asked('/v1/models')
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, seconds])
    expect(await response.json()).toEqual({
      error: { message: expect.stringMatching(/^Too many failed authentication attempts/), type: 'rate_limited' },
    })
  })

  it('stays shut when it cannot judge', async () => {
    http.door.authenticate = () => {
      throw new Error(`cannot compare ${SECRET}`)
    }
    const response = await http.asked('/v1/models')
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
  })

  it('knows the method before it asks for the secret', async () => {
    const response = await http.fetch('/v1/models', { method: 'POST', body: '{}' })
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([
      405,
      'GET, HEAD',
      'Method Not Allowed',
    ])
    expect(http.door.bearers).toEqual([])
  })

  it.each(['GET', 'POST'])('has an answer of its kind for unknown endpoints (%s)', async (method) => {
    for (const path of ['/v1', '/v1/', '/v1/unknown', '/v1/models/']) {
      const response = await http.asked(path, { method })
      expect([path, response.status, await response.json()]).toEqual([
        path,
        404,
        { error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: 'unknown_url' } },
      ])
    }
  })

  it('tells an unknown model from an unknown endpoint', async () => {
    const response = await http.asked('/v1/models/mayros:nobody')
    expect([response.status, await response.json()]).toMatchObject([404, { error: { code: 'model_not_found' } }])
  })

  it('writes one line per request at debug, without the query', async () => {
    const answer = await http.fetch('/v1/models?limit=1&x=private', { headers: { 'x-request-id': 'mine-1' } })
    const bytes = (await answer.arrayBuffer()).byteLength
    expect(http.log.lines).toMatchObject([
      {
        level: 'debug',
        message: 'http request',
        fields: { requestId: 'mine-1', method: 'GET', path: '/v1/models', status: 401, address: '192.0.2.1', bytes },
      },
    ])
    expect(JSON.stringify(http.log.lines)).not.toContain('private')
  })

  it('demands TLS from browsers that came by it, under names of ours alone', async () => {
    const demand = async (scheme: string, host: string) => {
      const response = await http.fetch('/healthz', { headers: { host } }, scheme)
      return response.headers.get('strict-transport-security')
    }
    expect(await demand('https', 'gateway.example')).toBe('max-age=15552000')
    for (const host of ['localhost:1', '127.0.0.1', '192.0.2.7:18789']) expect(await demand('https', host)).toBeNull()
    expect(await demand('http', 'gateway.example')).toBeNull()
  })

  it('closes every answer to other sites', async () => {
    for (const path of ['/healthz', '/v1/models', '/v1/x', '/', '/ui']) {
      const { headers } = await http.fetch(path)
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'permissions-policy': expect.stringContaining('camera=()'),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
    }
  })
})

describe('the Control UI', () => {
  let root: string
  let http: GuardedHttp

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'control-ui-'))
    mkdirSync(join(root, 'assets'))
    writeFileSync(join(root, 'index.html'), '<p>index</p>')
    writeFileSync(join(root, 'assets', 'app.js'), 'run()')
    writeFileSync(join(root, 'ü b.txt'), 'umlaut')
  })

  afterAll(() => rmSync(root, { recursive: true }))

  beforeEach(() => {
    http = new GuardedHttp()
    http.ui = { isEnabled: true, basePath: '', root }
  })

  const answer = async (path: string, init?: RequestInit) => {
    const response = await http.fetch(path, init)
    return [response.status, await response.text()]
  }

  it.each([
    ['/', 200, '<p>index</p>'],
    ['/?session=main', 200, '<p>index</p>'],
    ['/index.html', 200, '<p>index</p>'],
    ['/chat', 200, '<p>index</p>'],
    ['/chat/agent:main:main/', 200, '<p>index</p>'],
    ['/assets', 200, '<p>index</p>'],
    ['/assets/app.js', 200, 'run()'],
    ['/assets/app.js?v=1', 200, 'run()'],
    ['/%C3%BC%20b.txt', 200, 'umlaut'],
    ['/assets/gone.js', 404, 'Not Found'],
    ['/favicon.ICO', 404, 'Not Found'],
    ['/ui', 404, 'Not Found'],
    ['/ui/', 404, 'Not Found'],
    ['/ui/x', 404, 'Not Found'],
    ['/uix', 200, '<p>index</p>'],
    ['/healthz/', 200, '<p>index</p>'],
  ])('answers %s with %i', async (path, status, text) => {
    expect(await answer(path)).toEqual([status, text])
  })

  it('moves below its base path', async () => {
    http.ui = { isEnabled: true, basePath: '/my/ui', root }
    const moved = await http.fetch('/my/ui?x=1')
    expect([moved.status, moved.headers.get('location')]).toEqual([302, '/my/ui/?x=1'])
    expect(await answer('/my/ui/')).toEqual([200, '<p>index</p>'])
    expect(await answer('/my/ui/chat')).toEqual([200, '<p>index</p>'])
    expect(await answer('/my/ui/assets/app.js')).toEqual([200, 'run()'])
    expect(await answer('/my/ui/gone.css')).toEqual([404, 'Not Found'])
    for (const path of ['/', '/my', '/my/uix', '/ui', '/assets/app.js']) {
      expect(await answer(path)).toEqual([404, 'Not Found'])
    }
  })

  it('tells its page where it is, and tells pages of different places apart', async () => {
    writeFileSync(join(root, 'index.html'), '<script src="/__mayros_base_path__/assets/app.js"></script>')
    try {
      const top = await http.fetch('/chat/x')
      expect(await top.text()).toBe('<script src="/assets/app.js"></script>')
      expect(top.headers.get('content-length')).toBe('38')
      http.ui = { isEnabled: true, basePath: '/my/ui', root }
      const moved = await http.fetch('/my/ui/index.html')
      expect(await moved.text()).toBe('<script src="/my/ui/assets/app.js"></script>')
      const etag = moved.headers.get('etag') ?? ''
      expect(etag).not.toBe(top.headers.get('etag'))
      const again = await http.fetch('/my/ui/', { headers: { 'if-none-match': etag } })
      expect([again.status, await again.text()]).toEqual([304, ''])
    } finally {
      writeFileSync(join(root, 'index.html'), '<p>index</p>')
    }
  })

  it('is kept for ever where a name tells the contents, and asked for again where it does not', async () => {
    writeFileSync(join(root, 'assets', 'chat-Cw3x0a_9.js'), 'run()')
    const kept = async (path: string) => {
      const { headers, body } = await http.fetch(path)
      await body?.cancel()
      return headers.get('cache-control')
    }
    expect(await kept('/assets/chat-Cw3x0a_9.js')).toBe('public, max-age=31536000, immutable')
    for (const path of ['/', '/assets/app.js', '/chat-Cw3x0a_9', '/assets/gone-Cw3x0a_9.js']) {
      expect(await kept(path), path).toBe('no-cache')
    }
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('cannot be changed by %s', async (method) => {
    const response = await http.fetch('/chat', { method })
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([
      405,
      'GET, HEAD',
      'Method Not Allowed',
    ])
  })

  it('says that it is not there', async () => {
    http.ui = { isEnabled: true, basePath: '' }
    expect(await answer('/')).toEqual([503, 'Control UI assets not found'])
    http.ui = { isEnabled: true, basePath: '', root: join(root, 'no-such-directory') }
    expect(await answer('/chat')).toEqual([503, 'Control UI assets not found'])
  })

  it('is not there when it is turned off', async () => {
    http.ui = { isEnabled: false, basePath: '', root }
    expect(await answer('/')).toEqual([404, 'Not Found'])
    expect(await answer('/', { method: 'POST' })).toEqual([404, 'Not Found'])
  })

  it('may not be framed, and runs nothing that is not its own', async () => {
    const { headers } = await http.fetch('/')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-cache')
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = headers.get('content-security-policy') ?? ''
    for (const rule of [
      "default-src 'none'",
      "base-uri 'none'",
      "object-src 'none'",
      "frame-ancestors 'none'",
      "script-src 'self'",
      "img-src 'self' data: blob:",
    ]) {
      expect(policy.split('; ')).toContain(rule)
    }
    expect(policy).not.toMatch(/https?:|unsafe/)
  })

  it('is sent once', async () => {
    const first = await http.fetch('/assets/app.js')
    const etag = first.headers.get('etag') ?? ''
    expect([first.headers.get('content-length'), etag]).toEqual(['5', expect.stringMatching(/^".+"$/)])
    await first.body?.cancel()
    for (const given of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await http.fetch('/assets/app.js', { headers: { 'if-none-match': given } })
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
    }
    expect(await answer('/assets/app.js', { headers: { 'if-none-match': '"another"' } })).toEqual([200, 'run()'])
  })

  it('tells its size without being sent', async () => {
    const response = await http.fetch('/assets/app.js', { method: 'HEAD' })
    expect([response.status, await response.text(), response.headers.get('content-length')]).toEqual([200, '', '5'])
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })
})
