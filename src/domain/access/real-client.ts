import { allForwardedHops, type Hop, realIpHop, xForwardedHops } from './forwarded-hops.js'
import { hostnameOf, isLoopbackName } from './origin.js'

/** Which proxies are believed, and how an address is written. */
export interface ProxyTrust {
  readonly isProxy: (address: string) => boolean
  /** The one way to write an address; null when the text is none. */
  readonly normalise: (text: string) => string | null
  /** Whether `X-Real-IP` counts where a trusted proxy sends nothing better. */
  readonly allowRealIpFallback: boolean
}

/** A request or connection as it arrived. */
export interface SeenPeer {
  /** Of the TCP connection; empty on a Unix domain socket. */
  readonly address: string
  /** Names in lower case, repeated values joined by `, `. */
  readonly headers: ReadonlyMap<string, string>
  /**
   * The client that a PROXY protocol header names; empty when there was such a header and nothing to rely on in it;
   * absent when there was none.
   */
  readonly proxied?: string
}

export interface RealClient {
  /** Who is truly there, as far as anybody trusted can tell; empty on a Unix domain socket. */
  readonly address: string
  /** On this machine, calling us by a name of this machine. */
  readonly isLocal: boolean
  /** A trusted proxy wrote the headers, so that what else they say may be believed too. */
  readonly viaProxy: boolean
  /** A trusted proxy left it open who its client is; `address` is the proxy's then. */
  readonly isAmbiguous: boolean
}

const SIGNS_OF_A_PROXY = [
  'x-forwarded-for',
  'x-real-ip',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'via',
] as const

/**
 * Finds out who is there. Headers about it count only from trusted proxies, and only as far as these go: each trusted
 * one is asked for the one before it, and the first that is not trusted is the client, whatever it claims itself. A
 * PROXY protocol header of a trusted peer comes before all headers.
 */
export function realClientOf(peer: SeenPeer, trust: ProxyTrust): RealClient {
  const tcp = trust.normalise(peer.address) ?? peer.address
  if (!trust.isProxy(tcp)) return straight(tcp, peer)
  if (peer.proxied === undefined) return throughProxy(tcp, peer, trust)
  const proxied = trust.normalise(peer.proxied)
  if (proxied === null) return { address: tcp, isLocal: false, viaProxy: true, isAmbiguous: true }
  // Whoever passes bytes on has not looked at the headers: they are those of the proxied one.
  if (!trust.isProxy(proxied)) return { address: proxied, isLocal: false, viaProxy: false, isAmbiguous: false }
  return { ...throughProxy(proxied, peer, trust), isLocal: false }
}

function straight(address: string, peer: SeenPeer): RealClient {
  return { address, isLocal: isLocalWithoutProxy(address, peer), viaProxy: false, isAmbiguous: false }
}

/** @param proxy trusted, and the sender of these headers */
function throughProxy(proxy: string, peer: SeenPeer, trust: ProxyTrust): RealClient {
  const answers = hopsOf(peer.headers, trust)
  if (answers.length === 0) {
    return { address: proxy, isLocal: isLocalWithoutProxy(proxy, peer), viaProxy: true, isAmbiguous: false }
  }
  const [client, ...others] = answers.map((hops) => clientAmong(hops, trust))
  if (client === undefined || client === null || others.some((other) => other?.address !== client.address)) {
    return { address: proxy, isLocal: false, viaProxy: true, isAmbiguous: true }
  }
  // The loopback address of another machine would not be this machine.
  const isHere = isLoopbackName(proxy) && client.path.every(isLoopbackName)
  return { address: client.address, isLocal: isHere && hasLocalHost(peer.headers), viaProxy: true, isAmbiguous: false }
}

/** What each header tells, farthest hop first. Empty when none of those that count is there. */
function hopsOf(headers: ReadonlyMap<string, string>, trust: ProxyTrust): readonly (readonly Hop[])[] {
  const lists: (readonly Hop[])[] = []
  const xForwardedFor = headers.get('x-forwarded-for')
  const forwarded = headers.get('forwarded')
  if (xForwardedFor !== undefined) lists.push(xForwardedHops(xForwardedFor, trust.normalise))
  if (forwarded !== undefined) lists.push(allForwardedHops(forwarded, trust.normalise))
  const realIp = headers.get('x-real-ip')
  if (lists.length === 0 && realIp !== undefined && trust.allowRealIpFallback) {
    lists.push([realIpHop(realIp, trust.normalise)])
  }
  return lists
}

interface Client {
  readonly address: string
  /** The client and the proxies on the way from it. */
  readonly path: readonly string[]
}

/** Null when a hop that counts is no address. Where all are trusted, the farthest one is the client. */
function clientAmong(hops: readonly Hop[], { isProxy }: ProxyTrust): Client | null {
  const path: string[] = []
  for (const hop of hops.toReversed()) {
    if (hop === null) return null
    path.push(hop)
    if (!isProxy(hop)) break
  }
  const address = path.at(-1)
  return address === undefined ? null : { address, path }
}

/**
 * Over a Unix domain socket only the owner of the file can come. A proxy that runs as the same user can too; one that
 * passes the Host header on is noticed.
 */
function isLocalWithoutProxy(address: string, { headers, proxied }: SeenPeer): boolean {
  if (proxied !== undefined || SIGNS_OF_A_PROXY.some((name) => headers.has(name))) return false
  if (address === '') return !headers.has('host') || hasLocalHost(headers)
  return isLoopbackName(address) && hasLocalHost(headers)
}

/** Whether we were called by a name of this machine, by a proxy too. */
function hasLocalHost(headers: ReadonlyMap<string, string>): boolean {
  const names = [headers.get('host') ?? '', ...(headers.get('x-forwarded-host')?.split(',') ?? [])]
  return names.every((name) => isLocalHost(hostnameOf(name.trim().toLowerCase())))
}

function isLocalHost(host: string): boolean {
  return isLoopbackName(host) || host.endsWith('.ts.net')
}
