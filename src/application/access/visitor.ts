import { isKnownHost } from '../../domain/access/known-host.js'
import { isLoopbackName, isOriginAllowed, isWebOrigin } from '../../domain/access/origin.js'
import { type RealClient, realClientOf } from '../../domain/access/real-client.js'
import type { Peer } from '../ports/transport.js'
import type { AccessSnapshot } from './access-rules.js'

/** Somebody at the door, seen through whatever proxies lie between. */
export interface Visitor {
  readonly peer: Peer
  readonly real: RealClient
  /** By which name it called us, as its browser would say. */
  readonly host: string | undefined
  /**
   * Under which name its attempts are counted. Whoever comes through a proxy on this machine that hides its clients, or
   * is a page of somebody else in a browser on this machine, is not taken for this machine itself, which may be exempt.
   */
  readonly countedAs: string
  /** A browser may have been sent here by a page that has no business with this gateway. */
  readonly isForeignPage: boolean
}

/** What Chromium says of a page that was opened from a file; other browsers say `null`. */
const PAGE_IN_A_FILE = 'file://'

/** Finds out who is really there. */
export function visitorOf(peer: Peer, rules: AccessSnapshot): Visitor {
  const real = realClientOf(peer, rules.proxies)
  const host = hostAsSeen(peer, real)
  const isForeign = isForeignPage(peer, real, host, rules)
  return { peer, real, host, countedAs: countedAs(real, isForeign), isForeignPage: isForeign }
}

/** A proxy may call us by another name than its clients called it. */
function hostAsSeen({ headers }: Peer, { viaProxy }: RealClient): string | undefined {
  return (viaProxy ? headers.get('x-forwarded-host') : undefined) ?? headers.get('host')
}

function countedAs({ address, isLocal }: RealClient, isForeign: boolean): string {
  const isHere = address === '' || isLoopbackName(address)
  if (isHere && isForeign) return `page on ${address}`
  return isHere && !isLocal ? `through ${address}` : address
}

/** Whether this gateway may be called by that name. A proxy that is trusted answers for the names it serves. */
export function isCalledRightly(host: string | undefined, { viaProxy }: RealClient, rules: AccessSnapshot): boolean {
  const isAddress = (text: string) => rules.proxies.normalise(text) !== null
  return viaProxy || isKnownHost(host, { names: rules.hostNames, isAddress })
}

function isForeignPage(peer: Peer, real: RealClient, host: string | undefined, rules: AccessSnapshot): boolean {
  const origin = peer.headers.get('origin')
  if (!isWebOrigin(origin) && origin?.toLowerCase() !== PAGE_IN_A_FILE) return false
  return !isOriginAllowed(origin, host, rules.allowedOrigins) || !isCalledRightly(host, real, rules)
}
