import { isLoopbackName, isOriginAllowed } from '../../domain/access/origin.js'
import { isAmbient, userOf } from '../../domain/access/proof.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Peer } from '../ports/transport.js'
import type { AccessRules } from './access-rules.js'
import type { Authenticator, AuthVerdict } from './authenticator.js'
import type { FrontDoor, HttpProof, HttpVerdict, Refused } from './front-door.js'
import { isCalledRightly, type Visitor, visitorOf } from './visitor.js'

/** Judges HTTP requests by the same rules as sockets, and keeps a record of whom it refused. */
export class GatewayFrontDoor implements FrontDoor {
  readonly #rules: AccessRules
  readonly #authenticator: Authenticator
  readonly #trail: AuditTrail

  constructor(rules: AccessRules, authenticator: Authenticator, trail: AuditTrail) {
    this.#rules = rules
    this.#authenticator = authenticator
    this.#trail = trail
  }

  /**
   * A name that is not ours in a request that came over loopback is what DNS rebinding looks like: a page elsewhere made
   * its own name point to this machine. From the network such names are common and prove nothing, unless nobody has to
   * prove anything.
   */
  judgeHost(peer: Peer): Refused | null {
    const rules = this.#rules.current
    const visitor = visitorOf(peer, rules)
    if (!isLoopbackName(peer.address) && rules.secret.mode !== 'none') return null
    if (isCalledRightly(visitor.host, visitor.real, rules)) return null
    return this.#refuse(visitor, {
      reason: 'unknown_host',
      message:
        'this gateway is not known by that name; add its origin to gateway.controlUi.allowedOrigins, ' +
        'or the address of your proxy to gateway.trustedProxies',
    })
  }

  judgeOrigin(peer: Peer): Refused | null {
    if (!peer.headers.has('origin') || this.allowsOrigin(peer)) return null
    return this.#refuse(visitorOf(peer, this.#rules.current), {
      reason: 'origin_not_allowed',
      message: 'this page may not use the gateway; add its origin to gateway.controlUi.allowedOrigins',
    })
  }

  allowsOrigin(peer: Peer): boolean {
    const rules = this.#rules.current
    const visitor = visitorOf(peer, rules)
    const origin = peer.headers.get('origin')
    return isOriginAllowed(origin, visitor.host, rules.allowedOrigins) && !visitor.isForeignPage
  }

  isLocal(peer: Peer): boolean {
    const { real, isForeignPage } = visitorOf(peer, this.#rules.current)
    return real.isLocal && !real.viaProxy && !isForeignPage
  }

  authenticate(peer: Peer, bearer: string | null): HttpVerdict | Promise<HttpVerdict> {
    const visitor = visitorOf(peer, this.#rules.current)
    const given = bearer === null ? {} : { token: bearer, password: bearer }
    const verdict = this.#authenticator.judge(visitor, given, false)
    return verdict instanceof Promise
      ? verdict.then((settled) => this.#answer(visitor, settled))
      : this.#answer(visitor, verdict)
  }

  #answer(visitor: Visitor, verdict: AuthVerdict): HttpVerdict {
    if (verdict.kind === 'proven') {
      if (visitor.isForeignPage && isAmbient(verdict.proof)) return this.#turnAway(visitor, 'origin_not_allowed')
      const user = userOf(verdict.proof)
      return { kind: 'admitted', by: this.#proofName(verdict), ...(user === undefined ? {} : { user }) }
    }
    this.#authenticator.failed(visitor, verdict.reason)
    if (verdict.retryAfterMs !== undefined) {
      this.#turnAway(visitor, verdict.reason)
      return { kind: 'locked-out', retryAfterMs: verdict.retryAfterMs }
    }
    return this.#turnAway(visitor, verdict.reason)
  }

  #proofName({ proof }: Extract<AuthVerdict, { kind: 'proven' }>): HttpProof {
    if (proof.kind === 'proxy') return 'trusted-proxy'
    if (proof.kind === 'open') return 'none'
    return this.#rules.current.secret.mode === 'password' ? 'password' : 'token'
  }

  #turnAway(visitor: Visitor, reason: string): Extract<HttpVerdict, { kind: 'refused' }> {
    this.#record(visitor, reason)
    return { kind: 'refused', reason }
  }

  #refuse(visitor: Visitor, refused: Refused): Refused {
    this.#record(visitor, refused.reason)
    return refused
  }

  #record({ peer, real }: Visitor, reason: string): void {
    const subject = `http ${pathOf(peer.url)}`
    this.#trail.record('refused', { address: real.isLocal ? 'local' : real.address, reason, subject })
  }
}

/** Queries may hold what should not be written down. */
function pathOf(url: string): string {
  return (url.split(/[?#]/, 1)[0] ?? '').slice(0, 200)
}
