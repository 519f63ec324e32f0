import { type Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { ChannelFailure } from '../../application/ports/channel.js'

interface Target {
  readonly host?: string | null
  readonly port?: number | string | null
  readonly servername?: string
}
type Connected = (problem: Error | null, connection: Duplex) => void

const ANSWER_WITHIN_MS = 15_000

/** Lets an agent open its connections through an HTTP proxy (`CONNECT`), which then sees nothing of what is said. */
export function tunnelThrough(agent: Agent, proxy: string, isSecure: boolean): void {
  const way = proxyUrl(proxy)
  Object.assign(agent, {
    createConnection: (target: Target, connected: Connected): undefined => {
      openTunnel(way, target, (problem, socket) => {
        if (socket === null) connected(problem, null as unknown as Duplex)
        else if (isSecure) secure(socket, target, connected)
        else connected(null, socket)
      })
    },
  })
}

function proxyUrl(proxy: string): URL {
  const url = URL.canParse(proxy) ? new URL(proxy) : null
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new ChannelFailure('invalid', 'channels.telegram.proxy must be an http: or https: address')
}

function openTunnel(proxy: URL, target: Target, done: (problem: Error | null, socket: Socket | null) => void): void {
  const address = `${target.host ?? 'localhost'}:${target.port ?? 443}`
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: address,
    headers: { host: address, ...credentials(proxy) },
    agent: false,
    timeout: ANSWER_WITHIN_MS,
  })
  request.once('timeout', () => request.destroy(problemOf('PROXY_TIMEOUT')))
  request.once('error', (problem) => done(problem, null))
  request.once('response', () => request.destroy(problemOf('PROXY_NO_TUNNEL')))
  request.once('connect', (response, socket) => {
    if (response.statusCode === 200) return done(null, socket)
    socket.destroy()
    done(problemOf(`PROXY_${response.statusCode}`), null)
  })
  request.end()
}

function secure(socket: Socket, target: Target, connected: Connected): void {
  const secured = connectTls({ ...(target as object), socket, servername: target.servername ?? target.host ?? '' })
  const failed = (problem: Error) => connected(problem, null as unknown as Duplex)
  secured.once('error', failed)
  secured.once('secureConnect', () => {
    secured.off('error', failed)
    connected(null, secured)
  })
}

function credentials({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

function problemOf(code: string): Error {
  return Object.assign(new Error('the proxy opens no tunnel'), { code })
}
