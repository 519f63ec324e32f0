import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { NodeRemoteFiles } from '../../src/adapters/remote-files-node/node-remote-files.js'
import { isPublicAddress } from '../../src/adapters/remote-files-node/public-address.js'
import { type RemotePlace, remoteFilesContract } from '../contracts/remote-files.contract.js'

const LIMITS = { maxBytes: 1000, maxRedirects: 3, timeoutMs: 10_000, hosts: [] }

/** Ports cannot be part of the contract's URLs, so each of its places gets one when it is asked for. */
class Portable extends NodeRemoteFiles {
  readonly #port: number

  constructor(port: number, hosts: ReadonlyMap<string, string>) {
    const mayReach = (address: string) => address === '127.0.0.1'
    super({
      mayReach,
      resolve: async (host) => {
        const address = hosts.get(host)
        if (address === undefined) throw Object.assign(new Error(`no ${host}`), { code: 'ENOTFOUND' })
        return [{ address, family: 4 }]
      },
    })
    this.#port = port
  }

  override fetch(request: Parameters<NodeRemoteFiles['fetch']>[0]) {
    return super.fetch({ ...request, url: withPort(request.url, this.#port) })
  }
}

function withPort(url: string, port: number): string {
  return url.replace(/^(http:\/\/[^/]+)/, `$1:${port}`)
}

remoteFilesContract(
  { describe, it },
  {
    name: 'node',
    create: async (places) => {
      const server = await listening((request, response) => {
        const { port } = server.address() as AddressInfo
        const place = places[`http://${request.headers.host?.replace(`:${port}`, '')}${request.url}`]
        if (place === undefined || 'missing' in place || 'private' in place) {
          response.writeHead(404).end('no such file')
        } else if ('redirect' in place) {
          response.writeHead(302, { location: withPort(place.redirect, port) }).end()
        } else {
          response.writeHead(
            200,
            place.mimeType === undefined ? {} : { 'content-type': `${place.mimeType}; charset=utf-8` },
          )
          response.end(place.bytes)
        }
      })
      const { port } = server.address() as AddressInfo
      return { files: new Portable(port, addressesOf(places)), dispose: () => closed(server) }
    },
  },
)

function addressesOf(places: Readonly<Record<string, RemotePlace>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(places).map(([url, place]) => [
      new URL(url).hostname,
      'private' in place ? '10.1.2.3' : '127.0.0.1',
    ]),
  )
}

async function listening(listener: RequestListener): Promise<Server> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

describe('an address of the public internet', () => {
  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('is %s', (address) => expect(isPublicAddress(address)).toBe(true))

  it.each([
    '0.0.0.0',
    '127.0.0.1',
    '127.255.255.255',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:93.184.216.34',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
    '',
    'localhost',
    '127.1',
  ])('is not %s', (address) => expect(isPublicAddress(address)).toBe(false))
})

describe('files over sockets', () => {
  const servers: Server[] = []

  afterEach(() => Promise.all(servers.splice(0).map(closed)))

  const serve = async (listener: RequestListener) => {
    const server = await listening(listener)
    servers.push(server)
    return (server.address() as AddressInfo).port
  }

  it.each([
    'http://127.0.0.1',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://0x7f.1',
    'http://2130706433',
    'http://0',
    'http://localhost',
  ])('are never fetched from this machine, however it is spelled: %s', async (origin) => {
    let wasAsked = false
    const port = await serve((_request, response) => {
      wasAsked = true
      response.end('secret')
    })
    const call = new NodeRemoteFiles().fetch({ ...LIMITS, url: `${origin}:${port}/` })
    await expect(call).rejects.toMatchObject({ code: 'remote-address', message: expect.not.stringContaining('secret') })
    expect(wasAsked).toBe(false)
  })

  it('are judged by the address of the connection, not by an earlier answer to the same question', async () => {
    let wasAsked = false
    const port = await serve((_request, response) => {
      wasAsked = true
      response.end('secret')
    })
    const answers = ['93.184.216.34', '127.0.0.1']
    const asked: string[] = []
    const files = new NodeRemoteFiles({
      resolve: async (host) => {
        asked.push(host)
        return [{ address: answers[asked.length % 2] ?? '', family: 4 }]
      },
    })
    await expect(files.fetch({ ...LIMITS, url: `http://rebind.example:${port}/` })).rejects.toMatchObject({
      code: 'remote-address',
    })
    expect([wasAsked, asked]).toEqual([false, ['rebind.example']])
  })

  it('are taken from the public addresses of a name that has others too', async () => {
    const port = await serve((_request, response) => response.end('hello'))
    const files = new NodeRemoteFiles({
      mayReach: (address) => address === '127.0.0.1',
      resolve: async () => [
        { address: '10.0.0.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    })
    const { bytes } = await files.fetch({ ...LIMITS, url: `http://both.example:${port}/` })
    expect(new TextDecoder().decode(bytes)).toBe('hello')
  })

  it('are counted while they come, whatever their head says', async () => {
    let isGone: () => void = () => undefined
    const gone = new Promise<void>((resolve) => {
      isGone = resolve
    })
    const port = await serve((_request, response) => {
      response.once('close', isGone)
      const more = () => {
        if (response.destroyed) return
        response.write(Buffer.alloc(500), () => setImmediate(more))
      }
      more()
    })
    await expect(local().fetch({ ...LIMITS, url: `http://big.example:${port}/` })).rejects.toMatchObject({
      code: 'remote-size',
    })
    await gone
  })

  it('are given up when the time is over, or nobody waits any more', async () => {
    const port = await serve((_request, response) => response.flushHeaders())
    const url = `http://slow.example:${port}/`
    await expect(local().fetch({ ...LIMITS, url, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'remote-timeout',
      retryable: true,
    })
    await expect(local().fetch({ ...LIMITS, url, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'remote-unreachable',
    })
  })

  it('are not unpacked', async () => {
    const port = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'))
    await expect(local().fetch({ ...LIMITS, url: `http://zip.example:${port}/` })).rejects.toMatchObject({
      code: 'remote-status',
    })
  })

  it('are asked for without anything that tells who asks', async () => {
    let headers: object = {}
    const port = await serve((request, response) => {
      headers = request.headers
      response.end('x')
    })
    await local().fetch({ ...LIMITS, url: `http://plain.example:${port}/` })
    expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
  })

  const local = () =>
    new NodeRemoteFiles({
      mayReach: (address) => address === '127.0.0.1',
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    })
})
