import type { AuthRefusalReason } from '../../domain/access/auth-refusal.js'
import type { CredentialKind } from '../../domain/access/credential-kind.js'
import type { Proof } from '../../domain/access/proof.js'
import { type GivenAuth, type SecretRefusalReason, secretQuestion } from '../../domain/access/shared-secret.js'
import { judgeWhois, tailnetClaim } from '../../domain/access/tailnet-identity.js'
import { judgeProxyIdentity } from '../../domain/access/trusted-proxy.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Secrets } from '../ports/secrets.js'
import { type Tailnet, TailnetFailure } from '../ports/tailnet.js'
import type { AccessRules, AccessSnapshot } from './access-rules.js'
import type { LoginThrottle } from './login-throttle.js'
import type { Visitor } from './visitor.js'

/** What came of looking at the credentials of a visitor, its device token aside. */
export type AuthVerdict =
  | { readonly kind: 'proven'; readonly proof: Exclude<Proof, { kind: 'device-token' }> }
  | { readonly kind: 'refused'; readonly reason: AuthRefusalReason; readonly retryAfterMs?: number }

export interface AuthenticatorParts {
  readonly rules: AccessRules
  readonly secrets: Secrets
  readonly throttle: LoginThrottle
  readonly tailnet: Tailnet
  readonly trail: AuditTrail
}

/**
 * Judges the credentials of whoever knocks, by socket and by HTTP alike. Answers in the same tick unless a hashed
 * password or Tailscale has to be asked. Failed guesses are not counted here, because a caller may still come in by
 * other means: see `failed`.
 */
export class Authenticator {
  readonly #parts: AuthenticatorParts

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts
  }

  /** @param mayUseTailnet whether the visitor may be let in because Tailscale knows it */
  judge(visitor: Visitor, given: GivenAuth, mayUseTailnet: boolean): AuthVerdict | Promise<AuthVerdict> {
    const rules = this.#parts.rules.current
    const verdict = this.#judgeMode(visitor, given, rules)
    if (!mayUseTailnet || !rules.allowTailnet) return verdict
    if (verdict instanceof Promise) return verdict.then((settled) => this.#orTailnet(visitor, settled))
    return this.#orTailnet(visitor, verdict)
  }

  /** A guess was wrong, and the visitor did not come in by other means. */
  failed(visitor: Visitor, reason: AuthRefusalReason): void {
    if (reason === 'token_mismatch' || reason === 'password_mismatch') this.#count('shared-secret', visitor)
    else if (reason === 'device_token_mismatch') this.#count('device-token', visitor)
  }

  #count(kind: CredentialKind, { real, countedAs }: Visitor): void {
    const lockedForMs = this.#parts.throttle.failed(kind, countedAs)
    if (lockedForMs === null) return
    this.#parts.trail.record('locked-out', { address: real.address, reason: kind, details: { lockedForMs } })
  }

  #judgeMode(visitor: Visitor, given: GivenAuth, rules: AccessSnapshot): AuthVerdict | Promise<AuthVerdict> {
    const { secret } = rules
    if (this.#showsLocalPass(visitor, given, rules)) return provenBy(secret.localPass ?? '')
    if (secret.mode === 'trusted-proxy') {
      const verdict = judgeProxyIdentity(visitor.peer.headers, visitor.real, rules.proxyIdentity)
      return verdict.kind === 'user' ? { kind: 'proven', proof: { kind: 'proxy', user: verdict.user } } : verdict
    }
    const question = secretQuestion(secret, given)
    if (question.kind === 'open') return { kind: 'proven', proof: { kind: 'open' } }
    if (question.kind === 'refused') return question
    const lockedOut = this.#lockedOut(visitor)
    if (lockedOut !== null) return lockedOut
    const { secrets } = this.#parts
    const fits =
      question.with === 'token'
        ? secrets.equal(question.shown, question.expected)
        : secrets.matchesPassword(question.shown, question.expected)
    const settle = (isRight: boolean) =>
      isRight ? this.#rightSecret(visitor, question.expected) : refused(`${question.with}_mismatch`)
    // While one guess is worked on, others from there may have used up what they had.
    return fits instanceof Promise ? fits.then((isRight) => this.#lockedOut(visitor) ?? settle(isRight)) : settle(fits)
  }

  #lockedOut({ countedAs }: Visitor): AuthVerdict | null {
    const waitMs = this.#parts.throttle.waitMs('shared-secret', countedAs)
    return waitMs > 0 ? { kind: 'refused', reason: 'rate_limited', retryAfterMs: waitMs } : null
  }

  #showsLocalPass({ real }: Visitor, given: GivenAuth, { secret }: AccessSnapshot): boolean {
    const { localPass } = secret
    if (localPass === undefined || !given.token || !real.isLocal) return false
    return this.#parts.secrets.equal(given.token, localPass)
  }

  #rightSecret(visitor: Visitor, secret: string): AuthVerdict {
    this.#parts.throttle.succeeded('shared-secret', visitor.countedAs)
    return provenBy(secret)
  }

  /** Tailscale is asked only where nothing else was tried: a wrong secret stays wrong. */
  #orTailnet(visitor: Visitor, verdict: AuthVerdict): AuthVerdict | Promise<AuthVerdict> {
    if (verdict.kind === 'proven' || !NOTHING_SHOWN.has(verdict.reason)) return verdict
    const claim = tailnetClaim(visitor.peer.address, visitor.peer.headers)
    if (claim.kind === 'none') return verdict
    if (claim.kind === 'refused') return claim
    return this.#parts.tailnet.whois(claim.address).then(
      (user): AuthVerdict => {
        const reason = judgeWhois(claim.login, user)
        if (reason !== null) return { kind: 'refused', reason }
        return { kind: 'proven', proof: { kind: 'tailnet', user: claim.login } }
      },
      (thrown): AuthVerdict => {
        if (thrown instanceof TailnetFailure) return { kind: 'refused', reason: 'tailscale_whois_failed' }
        throw thrown
      },
    )
  }
}

const NOTHING_SHOWN: ReadonlySet<AuthRefusalReason> = new Set(['token_missing', 'password_missing'])

function provenBy(secret: string): AuthVerdict {
  return { kind: 'proven', proof: { kind: 'secret', secret } }
}

function refused(reason: SecretRefusalReason): AuthVerdict {
  return { kind: 'refused', reason }
}
