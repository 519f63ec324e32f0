import { once } from 'node:events'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type SecureVersion } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { WsTransport } from '../../src/adapters/transport-ws/ws-transport.js'
import type { Listener, TransportTls } from '../../src/application/ports/transport.js'
import { RecordedEvents } from '../contracts/transport/recorded-events.js'
import { portOf } from '../contracts/transport/stage.js'
import { CertificateAuthority, type Issued } from '../doubles/certificate-authority.js'

let folder: string
let listeners: Listener[]
let ours: CertificateAuthority
let events: RecordedEvents

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ws-tls-'))
  listeners = []
  ours = new CertificateAuthority()
  events = new RecordedEvents()
})

afterEach(async () => {
  await Promise.all(listeners.map((listener) => listener.stop()))
  await rm(folder, { recursive: true })
})

async function serve(tls: TransportTls): Promise<{ listener: Listener; port: number }> {
  const listener = await new WsTransport({ tls }).listen([{ host: '127.0.0.1', port: 0 }])
  listeners.push(listener)
  listener.serve(events)
  return { listener, port: portOf(listener) }
}

async function authorities(name: string, ...trusted: CertificateAuthority[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, trusted.map(({ cert }) => cert).join(''))
  return path
}

/** The status of an HTTP request, or the code of what went wrong. */
async function ask(port: number, shown?: Issued): Promise<number | string> {
  const outgoing = request({ host: '127.0.0.1', port, ca: ours.cert, agent: false, ...shown }).end()
  return new Promise((resolve) => {
    outgoing.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    outgoing.once('response', (response) => resolve(response.resume().statusCode ?? 0))
  })
}

/** `open`, or the code of what went wrong. */
async function openSocket(port: number, shown?: Issued): Promise<string> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}`, { ca: ours.cert, ...shown })
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.once('open', () => {
      socket.terminate()
      resolve('open')
    })
  })
}

describe('WsTransport that asks clients for certificates', () => {
  it('serves who has one from the authority, and nobody else', async () => {
    const files = ours.issueInto(folder, 'server')
    const { port } = await serve({ ...files, caPath: await authorities('ca.pem', ours) })
    const member = ours.issue({ name: 'member', use: 'client' })
    const stranger = new CertificateAuthority('authority of a test').issue({ name: 'member', use: 'client' })
    const late = ours.issue({ name: 'late', use: 'client', days: -1 })
    expect(await ask(port, member)).toBe(200)
    expect(await openSocket(port, member)).toBe('open')
    const opened = events.opens.length
    for (const shown of [undefined, stranger, late]) {
      expect(await ask(port, shown)).toMatch(/^(ERR_SSL|ECONNRESET|EPIPE)/)
      expect(await openSocket(port, shown)).toMatch(/^(ERR_SSL|ECONNRESET|EPIPE)/)
    }
    expect(events.opens.length).toBe(opened)
  })

  it('takes renewed authorities into use', async () => {
    const files = ours.issueInto(folder, 'server')
    const theirs = new CertificateAuthority('another')
    const [ourMember, theirMember] = [ours, theirs].map((authority) => authority.issue({ use: 'client' }))
    const caPath = await authorities('ca.pem', ours)
    const { listener, port } = await serve({ ...files, caPath })
    expect(await ask(port, ourMember)).toBe(200)
    await copyFile(await authorities('next.pem', theirs), caPath)
    await listener.renewTls?.()
    expect(await ask(port, ourMember)).toMatch(/^(ERR_SSL|ECONNRESET|EPIPE)/)
    expect(await ask(port, theirMember)).toBe(200)
    await writeFile(caPath, 'no certificate at all')
    await expect(listener.renewTls?.()).rejects.toMatchObject({ code: 'TLS' })
    expect(await ask(port, theirMember)).toBe(200)
  })
})

describe('WsTransport with TLS', () => {
  /** What a client speaks with that knows this version only. */
  function handshake(port: number, version: SecureVersion): Promise<string> {
    const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
    return new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      socket.once('secureConnect', () => {
        resolve(socket.getProtocol() ?? 'nothing')
        socket.destroy()
      })
    })
  }

  it('speaks TLS 1.2 and 1.3, and refuses what is older', async () => {
    const { port } = await serve(ours.issueInto(folder, 'server'))
    expect(await handshake(port, 'TLSv1.2')).toBe('TLSv1.2')
    expect(await handshake(port, 'TLSv1.3')).toBe('TLSv1.3')
    expect(await handshake(port, 'TLSv1.1')).toMatch(/PROTOCOL_VERSION|ECONNRESET/)
    expect(await handshake(port, 'TLSv1')).toMatch(/PROTOCOL_VERSION|ECONNRESET/)
    // The client of this test could, if only the server let it.
    const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    const lenient = createServer({ ...ours.issue(), ...old })
    await once(lenient.listen(0, '127.0.0.1'), 'listening')
    expect(await handshake((lenient.address() as AddressInfo).port, 'TLSv1.1')).toBe('TLSv1.1')
    lenient.close()
  })

  it('survives clients that speak plain HTTP or nonsense, and goes on serving', async () => {
    const { port } = await serve(ours.issueInto(folder, 'server'))
    for (const text of ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '\x16\x03\x01\xff\xff nonsense', '\0'.repeat(10_000)]) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => socket.destroy()).resume()
      socket.write(text, 'latin1')
      await once(socket, 'close')
    }
    expect(await ask(port)).toBe(200)
  })
})
