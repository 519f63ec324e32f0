import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HonoHttpApp } from '../../src/adapters/http-hono/hono-http-app.js'
import type { HttpFacts } from '../../src/adapters/http-hono/http-facts.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { GuardedHttp, SECRET, StrictDoor } from '../doubles/guarded-http.js'

const page = async () => ({ type: 'text/plain; version=0.0.4', text: 'mayros_up 1\n' })
const FROM_HERE = '127.0.0.1'

describe('request ids', () => {
  const http = new GuardedHttp()
  const idFor = async (given?: string) => {
    const headers = given === undefined ? {} : { 'x-request-id': given }
    return (await http.fetch('/healthz', { headers })).headers.get('x-request-id')
  }

  it.each(['a', 'Abc-1_2.3', 'x'.repeat(128)])('are those of the caller: %s', async (given) => {
    expect(await idFor(given)).toBe(given)
  })

  it.each(['', 'a b', 'x'.repeat(129), 'a"b', 'ä'])('are our own instead of %j', async (given) => {
    expect(await idFor(given)).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('are there without being asked for, each another one', async () => {
    const [one, other] = [await idFor(), await idFor()]
    expect(one).toMatch(/^[0-9a-f-]{36}$/)
    expect(one).not.toBe(other)
  })

  it('come with refusals, and stand beside the reason of a failure', async () => {
    const log = new MemoryLog()
    const readiness = () => Promise.reject(new Error('broken'))
    const app = new HonoHttpApp({ version: '1', readiness }, log)
    const request = new Request('http://box/readyz', { headers: { 'x-request-id': 'r-1' } })
    const response = await app.fetch(request, { address: FROM_HERE, port: 1, headers: new Map(), url: '/readyz' })
    expect([response.status, response.headers.get('x-request-id')]).toEqual([500, 'r-1'])
    expect(log.lines.find(({ level }) => level === 'error')?.fields).toMatchObject({ requestId: 'r-1' })
    expect((await http.fetch('/v1/models')).headers.get('x-request-id')).not.toBeNull()
  })
})

describe('/readyz', () => {
  const checks = { store: { ok: false, reason: 'no space' } }

  async function asked(address: string, authorization?: string) {
    const door = new StrictDoor()
    const guarded = { ...factsOf(door) }
    const app = new HonoHttpApp(
      { version: '1', readiness: async () => ({ isReady: false, checks }), guarded },
      new MemoryLog(),
    )
    const headers = new Map(authorization === undefined ? [] : [['authorization', authorization]])
    const peer = { address, port: 1, headers, url: '/readyz' }
    const response = await app.fetch(new Request('http://box/readyz'), peer)
    return { told: [response.status, await response.json()], bearers: door.bearers }
  }

  it('tells this machine what is missing', async () => {
    expect((await asked(FROM_HERE)).told).toEqual([503, { ready: false, checks }])
  })

  it('tells who shows the secret', async () => {
    expect((await asked('192.0.2.1', `Bearer ${SECRET}`)).told).toEqual([503, { ready: false, checks }])
  })

  it('tells nobody else, and compares nothing where nothing is shown', async () => {
    expect((await asked('192.0.2.1', 'Bearer wrong')).told).toEqual([503, { ready: false }])
    expect(await asked('192.0.2.1')).toEqual({ told: [503, { ready: false }], bearers: [] })
  })
})

function factsOf(door: StrictDoor): NonNullable<HttpFacts['guarded']> {
  return {
    door,
    agentIds: () => ['main'],
    controlUi: () => ({ isEnabled: false, basePath: '' }),
    files: { open: async () => null },
  }
}

describe('/metrics', () => {
  let settings: { enabled: boolean; requireToken: boolean }
  let http: GuardedHttp

  beforeEach(() => {
    settings = { enabled: true, requireToken: false }
    http = new GuardedHttp({
      figures: { isEnabled: () => settings.enabled, needsAuth: () => settings.requireToken, page },
    })
  })

  const statusFor = async (address: string, headers: Record<string, string> = {}) => {
    const peer = {
      address,
      port: 1,
      headers: new Map([['host', 'localhost'], ...Object.entries(headers)]),
      url: '/metrics',
    }
    return (await http.app.fetch(new Request('http://localhost/metrics', { headers }), peer)).status
  }

  it('is free on this machine', async () => {
    expect(await statusFor(FROM_HERE)).toBe(200)
    expect(http.door.bearers).toEqual([])
  })

  it('asks everybody else for the secret', async () => {
    expect(await statusFor('192.0.2.1')).toBe(401)
    expect(await statusFor('192.0.2.1', { authorization: `Bearer ${SECRET}` })).toBe(200)
  })

  it('asks this machine too where that is set', async () => {
    settings.requireToken = true
    expect(await statusFor(FROM_HERE)).toBe(401)
    expect(await statusFor(FROM_HERE, { authorization: `Bearer ${SECRET}` })).toBe(200)
  })

  it('is not there when it is turned off', async () => {
    settings.enabled = false
    expect(await statusFor(FROM_HERE)).toBe(404)
  })

  it('is read by nobody under a foreign name', async () => {
    expect((await http.fetch('/metrics', { headers: { host: 'evil.example' } })).status).toBe(421)
  })

  it('is kept by nobody, and cannot be changed', async () => {
    const response = await http.asked('/metrics')
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.text()).toBe('mayros_up 1\n')
    expect((await http.asked('/metrics', { method: 'POST' })).status).toBe(405)
  })
})

describe('figures of HTTP', () => {
  it('name the pattern that answered, never the path that was asked for', async () => {
    const noted: string[] = []
    const metrics = { httpServed: (route: string, status: number) => void noted.push(`${route} ${status}`) }
    const guarded = factsOf(new StrictDoor())
    const readiness = async () => ({ isReady: true, checks: {} })
    const app = new HonoHttpApp({ version: '1', readiness, metrics, guarded }, new MemoryLog())
    const ask = (path: string, method = 'GET') => {
      const headers = new Map([
        ['host', 'localhost'],
        ['authorization', `Bearer ${SECRET}`],
      ])
      return app.fetch(new Request(`http://localhost${path}`, { method }), {
        address: FROM_HERE,
        port: 1,
        headers,
        url: path,
      })
    }
    for (const path of ['/healthz', '/v1/models', '/v1/models/a/b', '/v1/nothing', '/x1', '/x2.js']) await ask(path)
    await ask('/healthz', 'POST')
    expect(noted).toEqual([
      '/healthz 200',
      '/v1/models 200',
      '/v1/models/:id{.+} 404',
      '/v1/* 404',
      '/* 404',
      '/* 404',
      '/healthz 405',
    ])
  })
})

describe('pages of other origins', () => {
  const http = new GuardedHttp()
  const ALLOWED = 'https://ui.example'

  it('may read answers when they are allowed', async () => {
    const { headers, status } = await http.asked('/v1/models', { headers: { origin: ALLOWED } })
    expect(status).toBe(200)
    expect(headers.get('access-control-allow-origin')).toBe(ALLOWED)
    expect(headers.get('access-control-expose-headers')).toContain('X-Request-Id')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(headers.get('vary')).toContain('Origin')
  })

  it.each(['/healthz', '/readyz'])('may watch: %s', async (path) => {
    const { headers, status } = await http.fetch(path, { headers: { origin: ALLOWED } })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, ALLOWED])
    const asking = { origin: ALLOWED, 'access-control-request-method': 'GET' }
    expect((await http.fetch(path, { method: 'OPTIONS', headers: asking })).status).toBe(204)
    expect((await http.fetch(path)).headers.get('vary')).toContain('Origin')
  })

  it('may read why they were refused', async () => {
    const { headers, status } = await http.fetch('/v1/models', { headers: { origin: ALLOWED } })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, ALLOWED])
  })

  it.each(['https://evil.example', 'null', ALLOWED.toUpperCase().replace('HTTPS', 'http')])(
    'get no such headers when they are not: %s',
    async (origin) => {
      const { headers } = await http.asked('/v1/models', { headers: { origin } })
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
      expect(headers.get('vary')).toContain('Origin')
    },
  )

  it('may ask what they may send', async () => {
    const { headers, status } = await http.fetch('/v1/chat/completions', {
      method: 'OPTIONS',
      headers: {
        origin: ALLOWED,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, Content-Type, x-stainless-os, b@d',
        'access-control-request-private-network': 'true',
      },
    })
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(ALLOWED)
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, DELETE')
    expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type, x-stainless-os')
    expect(headers.get('access-control-max-age')).toBe('600')
    expect(headers.get('access-control-allow-private-network')).toBe('true')
  })

  it('are told nothing by OPTIONS when they are not allowed', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    const response = await http.fetch('/v1/models', { method: 'OPTIONS', headers })
    expect(response.status).toBe(405)
    expect(response.headers.get('access-control-allow-methods')).toBeNull()
  })
})

describe('compression', () => {
  let root: string
  let http: GuardedHttp
  const many = Array.from({ length: 60 }, (_, index) => `agent-${index}`)
  const script = `console.log(${JSON.stringify('x'.repeat(3000))})`

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mayros-http-'))
    http = new GuardedHttp({ agentIds: () => many })
    http.ui = { isEnabled: true, basePath: '', root }
    writeFileSync(join(root, 'index.html'), `<title>${'long '.repeat(400)}</title>`)
    writeFileSync(join(root, 'app.js'), script)
    writeFileSync(join(root, 'app.js.br'), brotliCompressSync(script))
    writeFileSync(join(root, 'app.js.gz'), gzipSync(script))
  })

  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const models = async (acceptEncoding?: string, init: RequestInit = {}) => {
    const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }
    const response = await http.asked('/v1/models', { ...init, headers })
    return {
      response,
      coding: response.headers.get('content-encoding'),
      bytes: Buffer.from(await response.arrayBuffer()),
    }
  }

  it('is done to long JSON, as the caller takes it', async () => {
    const plain = await models()
    expect(plain.coding).toBeNull()
    const [br, gzip] = [await models('gzip, deflate, br'), await models('gzip;q=0.5, br;q=0')]
    expect([br.coding, gzip.coding]).toEqual(['br', 'gzip'])
    expect(brotliDecompressSync(br.bytes)).toEqual(plain.bytes)
    expect(gunzipSync(gzip.bytes)).toEqual(plain.bytes)
    expect(br.bytes.length).toBeLessThan(plain.bytes.length / 3)
    expect(br.response.headers.get('content-length')).toBe(String(br.bytes.length))
    for (const { response } of [plain, br]) expect(response.headers.get('vary')).toContain('Accept-Encoding')
    expect(br.response.headers.get('content-type')).toContain('application/json')
    expect(br.response.headers.get('cache-control')).toBe('no-store')
  })

  it('is not done to what is short, is not wanted, or has no body', async () => {
    expect((await models('identity')).coding).toBeNull()
    expect((await models('br', { method: 'HEAD' })).bytes.length).toBe(0)
    const short = await http.fetch('/healthz', { headers: { 'accept-encoding': 'br' } })
    expect([short.headers.get('content-encoding'), await short.json()]).toEqual([null, { ok: true, version: '1' }])
  })

  it.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ])('of files lies beside them: %s', async (accepted, coding) => {
    const response = await http.fetch('/app.js', { headers: { 'accept-encoding': accepted } })
    expect(response.headers.get('content-encoding')).toBe(coding)
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('vary')).toContain('Accept-Encoding')
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(response.headers.get('content-length')).toBe(String(bytes.length))
    const text = coding === 'br' ? brotliDecompressSync(bytes) : coding === 'gzip' ? gunzipSync(bytes) : bytes
    expect(text.toString()).toBe(script)
  })

  it('of files has a tag of its own, and is not made where there is none', async () => {
    const tagOf = async (accepted: string) => {
      const response = await http.fetch('/app.js', { headers: { 'accept-encoding': accepted } })
      await response.body?.cancel()
      return response.headers.get('etag')
    }
    expect(new Set([await tagOf('br'), await tagOf('gzip'), await tagOf('identity')]).size).toBe(3)
    const index = await http.fetch('/', { headers: { 'accept-encoding': 'br' } })
    expect([index.headers.get('content-encoding'), (await index.text()).slice(0, 7)]).toEqual([null, '<title>'])
  })
})
