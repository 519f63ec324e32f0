import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { UwsTransport } from '../../src/adapters/transport-uws/uws-transport.js'
import { WsTransport } from '../../src/adapters/transport-ws/ws-transport.js'
import type { Listener, Transport } from '../../src/application/ports/transport.js'
import { rawSocket } from '../contracts/harness/raw-socket.js'
import { RecordedEvents } from '../contracts/transport/recorded-events.js'
import type { RawClient } from '../contracts/transport/transport-harness.js'
import { until } from '../contracts/transport/until.js'
import { GuardedHttp, SECRET } from '../doubles/guarded-http.js'
import { engine } from './transport-uws/stage.js'

const OUTSIDE = 'what lies outside of the root'
const SERVED = '<p>index</p>'

let place: string
let http: GuardedHttp

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'http-attacks-'))
  const root = join(place, 'root')
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(root, 'index.html'), SERVED)
  writeFileSync(join(root, 'assets', 'app.js'), 'run()')
  for (const name of ['secret.txt', 'secret', 'index.html']) writeFileSync(join(place, name), OUTSIDE)
  writeFileSync(join(root, '.env'), OUTSIDE)
  symlinkSync(join(place, 'secret.txt'), join(root, 'assets', 'link.txt'))
  symlinkSync(place, join(root, 'assets', 'up'))
})

afterAll(() => rmSync(place, { recursive: true }))

beforeEach(() => {
  http = new GuardedHttp()
  http.ui = { isEnabled: true, basePath: '', root: join(place, 'root') }
})

const TRAVERSALS = [
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/%2E%2E%2Fsecret.txt',
  '/..%2fsecret.txt',
  '/.%2e/secret.txt',
  '/%252e%252e%252fsecret.txt',
  '/..\\secret.txt',
  '/..%5csecret.txt',
  '/assets\\..\\..\\secret.txt',
  '/..%00/secret.txt',
  '/secret.txt%00.js',
  '/%00',
  '/%c0%ae%c0%ae/secret.txt',
  '/%c0%ae%c0%ae%c0%afsecret.txt',
  '/%e0%80%ae%e0%80%ae/secret.txt',
  '/%uff0e%uff0e/secret.txt',
  '/%ef%bc%8e%ef%bc%8e/secret.txt',
  '/....//secret.txt',
  '/..;/secret.txt',
  '//etc/passwd',
  '/%2fetc/passwd',
  '/%2fetc%2fpasswd',
  '/C:/windows/win.ini',
  '/C:%5cwindows%5cwin.ini',
  '/file:///etc/passwd',
  '/~root/secret.txt',
  '/assets/link.txt',
  '/assets/up/secret.txt',
  '/assets/up/index.html',
  '/.env',
  '/%2eenv',
  '/.git/config',
  '/index.html/../../secret.txt',
  '/%',
  '/%zz',
  '/%f0%9f',
]

describe('a path that leads out of the Control UI', () => {
  it.each(TRAVERSALS)('%s gives nothing away', async (path) => {
    const response = await http.fetch(path)
    const text = await response.text()
    expect(text).not.toContain(OUTSIDE)
    expect(text).not.toContain('root:')
    expect([200, 404]).toContain(response.status)
    if (response.status === 200) expect(text).toBe(SERVED)
  })

  it.each(TRAVERSALS)('%s gives nothing away below a base path', async (path) => {
    http.ui = { ...http.ui, basePath: '/base' }
    const text = await (await http.fetch(`/base${path}`)).text()
    expect(['Not Found', SERVED]).toContain(text)
  })

  it('does not exist, whatever is put together', async () => {
    const atom = fc.constantFrom(
      ...[
        '/',
        '\\',
        '..',
        '.',
        '%2e',
        '%2E%2e',
        '%2f',
        '%5c',
        '%00',
        '%c0%ae',
        '%c0%af',
        '%25',
        '%',
        '~',
        'C:',
        ';',
        '//',
      ],
      ...[
        'secret.txt',
        'secret',
        'index.html',
        'assets',
        'up',
        'link.txt',
        '.env',
        'root',
        'etc',
        'passwd',
        'ui',
        'base',
      ],
    )
    const path = fc.array(atom, { maxLength: 12 }).map((atoms) => `/${atoms.join('')}`)
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom('', '/base'), async (given, basePath) => {
        http.ui = { ...http.ui, basePath }
        const response = await http.fetch(`${basePath}${given}`)
        expect(response.status).toBeLessThan(500)
        expect(await response.text()).not.toContain(OUTSIDE)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is not made by a redirect either', async () => {
    for (const path of ['//evil.example', '//evil.example/%2e%2e', '/\\evil.example', '/base/..//evil.example']) {
      for (const basePath of ['', '/base']) {
        http.ui = { ...http.ui, basePath }
        const location = (await http.fetch(path)).headers.get('location')
        expect(location === null || location.startsWith('/base/')).toBe(true)
      }
    }
  })
})

describe('a name that was made to point to us', () => {
  const HOSTS = ['evil.example', 'evil.example:18789', 'gateway.example.evil.example', 'xgateway.example', '192.0.2.9']

  it.each(HOSTS)('%s reaches nothing but health', async (host) => {
    for (const path of ['/', '/assets/app.js', '/v1/models', '/v1/unknown', '/ui']) {
      const response = await http.asked(path, { headers: { host } })
      expect([response.status, await response.text()]).toEqual([421, 'see gateway.controlUi.allowedOrigins'])
    }
    expect((await http.fetch('/healthz', { headers: { host } })).status).toBe(200)
    expect(http.door.bearers).toEqual([])
  })

  it.each([
    'gateway.example, evil.example',
    'evil.example, gateway.example',
    'gateway.example,evil.example',
    'gateway.example@evil.example',
    'gateway.example/evil',
    'gateway.example?x',
    'gateway.example#x',
    'gateway.example evil.example',
    'gateway.example:1:2',
    'gateway.example:x',
    '[::1',
    '',
    '/',
  ])('is no Host header: %j', async (host) => {
    const response = await http.asked('/v1/models', { headers: { host } })
    expect([response.status, await response.text()]).toEqual([400, 'Bad Request'])
    expect(http.door.bearers).toEqual([])
  })
})

describe('a page of another origin', () => {
  const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE']

  it.each(METHODS)('changes nothing with %s, not even with the secret', async (method) => {
    for (const origin of ['https://evil.example', 'null', 'https://ui.example, https://evil.example', '']) {
      for (const path of ['/v1/models', '/v1/unknown', '/', '/chat']) {
        const response = await http.asked(path, { method, headers: { origin } })
        expect([response.status, await response.json()]).toEqual([
          403,
          { error: { message: 'this page may not', type: 'forbidden' } },
        ])
        expect(response.headers.get('access-control-allow-origin')).toBeNull()
      }
    }
    expect(http.door.bearers).toEqual([])
  })

  it('is told apart from our own', async () => {
    const response = await http.asked('/v1/models', { method: 'POST', headers: { origin: 'https://ui.example' } })
    expect(response.status).toBe(405)
  })

  it('gets no leave to read what it asks for', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await http.fetch('/v1/models', { method, headers: { origin: 'https://evil.example' } })
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})

describe('a credential', () => {
  it.each([
    'token',
    'TOKEN',
    'to%6ben',
    'access_token',
    'access-token',
    'api_key',
    'apiKey',
    'key&token',
    'password',
    'bearer',
    'authorization',
    'deviceToken',
    'secret',
    'x=1&token',
    'token=&token',
  ])('in the address as %s is refused, not compared, and not written down', async (name) => {
    for (const path of ['/v1/models', '/v1/unknown']) {
      const response = await http.asked(`${path}?${name}=${SECRET}`)
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: { message: expect.stringContaining('Authorization header'), type: 'invalid_request_error' } },
      ])
    }
    expect(http.door.bearers).toEqual([])
    expect(http.log.lines).toHaveLength(2)
    expect(JSON.stringify(http.log.lines)).not.toContain(SECRET)
  })

  it('that was sent twice is compared as a whole, once', async () => {
    for (const authorization of [
      `Bearer ${SECRET}, Bearer wrong`,
      `Bearer wrong, Bearer ${SECRET}`,
      `Bearer ${SECRET}, Basic x`,
      `Basic x, Bearer ${SECRET}`,
      `Bearer ${SECRET},`,
      `Bearer ${SECRET}, Bearer ${SECRET}`,
    ]) {
      http.door.bearers.length = 0
      const response = await http.fetch('/v1/models', { headers: { authorization } })
      expect([response.status, http.door.bearers.length]).toEqual([401, 1])
      expect(http.door.bearers).not.toContain(SECRET)
    }
  })

  it('is not read from headers that proxies use', async () => {
    for (const name of [
      'proxy-authorization',
      'x-forwarded-authorization',
      'x-original-authorization',
      'x-mayros-token',
    ]) {
      expect((await http.fetch('/v1/models', { headers: { [name]: `Bearer ${SECRET}` } })).status).toBe(401)
    }
  })

  it('may be long without harm', async () => {
    for (const authorization of [`Bearer ${'x'.repeat(1_000_000)}`, `Bearer ${' '.repeat(1_000_000)}x`]) {
      expect((await http.fetch('/v1/models', { headers: { authorization } })).status).toBe(401)
    }
  })
})

describe('names of what every object has', () => {
  const BODIES = [
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '[{"__proto__":{"polluted":true}}]',
    '{"model":{"__proto__":{"polluted":true}}}',
  ]

  it('pollute nothing, in bodies and addresses', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const path of [
        '/v1/models',
        '/v1/chat/completions',
        '/v1/responses',
        '/v1/x',
        '/healthz',
        '/',
        '/tools/invoke',
      ]) {
        for (const body of BODIES) {
          const headers = { 'content-type': 'application/json' }
          const response = await http.asked(`${path}?__proto__[polluted]=1&constructor.prototype.polluted=1`, {
            method,
            headers,
            body,
          })
          expect([404, 405]).toContain(response.status)
        }
      }
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'mayros:__proto__', '..%2f..'])(
    'are no models: %s',
    async (id) => {
      expect((await http.asked(`/v1/models/${id}`)).status).toBe(404)
    },
  )
})

const transports: readonly (readonly [string, () => Transport, boolean])[] = [
  ['ws', () => new WsTransport(), true],
  ['uws', () => new UwsTransport(engine!), engine !== undefined],
]

for (const [name, create, isThere] of transports) {
  describe.skipIf(!isThere)(
    `on the wire, by ${name}${isThere ? '' : ' (skipped: the engine is not installed)'}`,
    () => {
      let listener: Listener

      beforeEach(async () => {
        listener = await create().listen([{ host: '127.0.0.1', port: 0 }])
        listener.serve(new RecordedEvents({ fetch: (request, peer) => http.app.fetch(request, peer) }))
      })

      afterEach(() => listener.stop())

      /** Everything that comes back until the connection ends. */
      const converse = async (text: string): Promise<string> => {
        const client = await rawSocket(listener.endpoints[0]!)
        client.write(text)
        return ended(client)
      }
      /** The same for what an engine may wait on instead of answering: we hang up once others were served. */
      const provoke = async (path: string, ...lines: string[]): Promise<string> => {
        const client = await rawSocket(listener.endpoints[0]!)
        client.write([`GET ${path} HTTP/1.1`, 'Connection: close', ...lines, '', ''].join('\r\n'))
        expect(statusOf(await get('/healthz', 'Host: gateway.example'))).toBe(200)
        client.end()
        return ended(client)
      }
      const ended = async (client: RawClient): Promise<string> => {
        await until(
          'the end of the conversation',
          () => client.hasEnded,
          () => client.text.slice(0, 300),
        )
        return client.text
      }
      const get = (path: string, ...lines: string[]) =>
        converse([`GET ${path} HTTP/1.1`, 'Connection: close', ...lines, '', ''].join('\r\n'))
      const auth = `Authorization: Bearer ${SECRET}`
      const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)

      it('the right way in works', async () => {
        expect(statusOf(await get('/v1/models', 'Host: gateway.example', auth))).toBe(200)
        expect(await get('/assets/app.js', 'Host: gateway.example')).toContain('run()')
      })

      it.each(TRAVERSALS)('%s gives nothing away', async (path) => {
        expect(await get(path, 'Host: gateway.example')).not.toContain(OUTSIDE)
      })

      it('two Host headers are none', async () => {
        for (const hosts of [
          ['Host: gateway.example', 'Host: evil.example'],
          ['Host: evil.example', 'Host: gateway.example'],
          ['Host: gateway.example', 'host: gateway.example'],
        ]) {
          const answer = await get('/v1/models', ...hosts, auth)
          expect([0, 400]).toContain(statusOf(answer))
          expect(answer).not.toContain('"object":"list"')
        }
      })

      it('a Host header is judged even where the address names another host', async () => {
        const answer = await provoke('http://gateway.example/v1/models', 'Host: evil.example', auth)
        expect(answer).not.toContain('"object":"list"')
      })

      it('two Authorization headers are none', async () => {
        for (const pair of [
          ['Authorization: Bearer wrong', auth],
          [auth, 'Authorization: Bearer wrong'],
        ]) {
          expect(statusOf(await get('/v1/models', 'Host: gateway.example', ...pair))).toBe(401)
        }
      })

      it('a header that is folded, or hidden behind a bad name, is no credential', async () => {
        for (const line of [`X-Junk: a\r\n ${auth}`, `Authorization : Bearer ${SECRET}`, `X: y\n${auth}\u0000`]) {
          expect(statusOf(await provoke('/v1/models', 'Host: gateway.example', line))).not.toBe(200)
        }
      })

      it('a second request does not hide in the body of the first', async () => {
        const hidden = `GET /v1/models HTTP/1.1\r\nHost: gateway.example\r\n${auth}\r\n\r\n`
        const answer = await converse(
          `POST /v1/models HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\nContent-Length: ${hidden.length}\r\n` +
            `Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
        )
        expect(answer).not.toContain('"object":"list"')
      })

      it('a head that is too long reaches nothing, and others are still served', async () => {
        const limit = create().supports.maxHeadBytes * 20
        for (const [path, line] of [
          ['/v1/models', `X-Long: ${'x'.repeat(limit)}`],
          ['/v1/models', Array.from({ length: limit / 10 }, (_, number) => `X-${number}: y`).join('\r\n')],
          [`/v1/models?${'x'.repeat(limit)}`, 'X: y'],
        ] as const) {
          const answer = await get(path, 'Host: gateway.example', auth, line)
          expect([0, 400, 414, 431]).toContain(statusOf(answer))
        }
        expect(http.door.bearers).toEqual([])
        expect(statusOf(await get('/v1/models', 'Host: gateway.example', auth))).toBe(200)
      })
    },
  )
}
