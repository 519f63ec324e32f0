import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HonoHttpApp } from '../../src/adapters/http-hono/hono-http-app.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { GatewayStage } from '../doubles/gateway-stage.js'

const peer = { address: '127.0.0.1', port: 1, headers: new Map<string, string>(), url: '/' }

describe('the HTTP endpoints', () => {
  let stage: GatewayStage

  beforeEach(async () => {
    stage = await GatewayStage.open()
  })

  afterEach(() => stage.close())

  const fetch = (path: string, init?: RequestInit) =>
    stage.transport.fetch(`http://127.0.0.1:${stage.endpoint.port}${path}`, init)

  it.each([
    ['GET', '/healthz', 200, { ok: true, version: expect.any(String) }],
    ['GET', '/readyz', 200, { ready: true }],
  ])('answer %s %s', async (method, path, status, body) => {
    const response = await fetch(path, { method })
    expect([response.status, await response.json()]).toEqual([status, body])
  })

  it.each([
    ['GET', '/', 404, 'Not Found'],
    ['GET', '/v1/unknown', 404, 'Not Found'],
    ['POST', '/v1/unknown', 404, 'Not Found'],
    ['GET', '/healthz/', 404, 'Not Found'],
    ['GET', '/%2e%2e/etc/passwd', 404, 'Not Found'],
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
    ['GET', '/nothing'],
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
    const app = new HonoHttpApp({ version: '1', isReady: () => false }, new MemoryLog())
    const response = await app.fetch(new Request('http://box/readyz'), peer)
    expect([response.status, await response.json()]).toEqual([503, { ready: false }])
  })

  it('answers a failing endpoint with 500, keeps the reason to the log, and lives on', async () => {
    const log = new MemoryLog()
    let isBroken = true
    const isReady = () => {
      if (isBroken) throw new Error('the secret reason')
      return true
    }
    const app = new HonoHttpApp({ version: '1', isReady }, log)
    const response = await app.fetch(new Request('http://box/readyz'), peer)
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(log.lines).toMatchObject([{ level: 'error', message: 'http request failed', fields: { path: '/readyz' } }])
    isBroken = false
    expect((await app.fetch(new Request('http://box/readyz'), peer)).status).toBe(200)
  })
})
