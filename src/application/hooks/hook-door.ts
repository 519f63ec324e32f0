import { Attempts } from '../../domain/access/attempts.js'
import { mayTake } from '../../domain/hooks/hook-mapping.js'
import { mappingsOf } from '../../domain/hooks/hook-presets.js'
import { signatureRules } from '../../domain/hooks/signature.js'
import type { AccessRules } from '../access/access-rules.js'
import { visitorOf } from '../access/visitor.js'
import type { Addresses } from '../ports/addresses.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Clock } from '../ports/clock.js'
import type { Secrets } from '../ports/secrets.js'
import type { LiveConfig } from '../reload/live-config.js'
import type { HookVerdict, HookVisit } from './hook-request.js'

/** Failures of one household in a minute; the next one is told to wait. Callers on this machine are counted too. */
const LIMITS = { maxAttempts: 20, windowMs: 60_000, lockoutMs: 60_000 } as const
const PATH_LENGTH = 200

export interface HookDoorParts {
  readonly live: Pick<LiveConfig, 'config'>
  readonly rules: Pick<AccessRules, 'current'>
  readonly addresses: Pick<Addresses, 'household'>
  readonly secrets: Pick<Secrets, 'equal'>
  readonly trail: Pick<AuditTrail, 'record'>
  readonly clock: Pick<Clock, 'now'>
}

/** Lets webhooks in. Whoever shows the right token gets in at any time; it is the others who have to wait. */
export class HookDoor {
  readonly #parts: HookDoorParts
  readonly #attempts = new Attempts(() => LIMITS)

  constructor(parts: HookDoorParts) {
    this.#parts = parts
  }

  /** @param shown the token of the request; null when there is none */
  judge(visit: HookVisit, shown: string | null): HookVerdict {
    const { token } = this.#parts.live.config.hooks
    if (shown === null) {
      return this.#mayComeSigned(visit) ? { kind: 'admitted', by: 'signature' } : this.refuse(visit, 'token_missing')
    }
    const isRight = token !== undefined && token !== '' && this.#parts.secrets.equal(shown, token)
    return isRight ? { kind: 'admitted', by: 'token' } : this.refuse(visit, 'token_mismatch')
  }

  /** It proved itself in every way that is asked for. */
  passed(visit: HookVisit): void {
    this.#attempts.succeeded('hooks', this.#household(visit))
  }

  /** It did not prove itself. @param reason for the record */
  refuse(visit: HookVisit, reason: string): Extract<HookVerdict, { kind: 'unauthorized' | 'locked-out' }> {
    const { clock, trail } = this.#parts
    const household = this.#household(visit)
    const now = clock.now()
    const { real } = visitorOf(visit.peer, this.#parts.rules.current)
    const about = {
      address: real.isLocal ? 'local' : real.address,
      subject: `hook ${visit.path.slice(0, PATH_LENGTH)}`,
    }
    trail.record('refused', { ...about, reason })
    const waitMs = this.#attempts.waitMs('hooks', household, now)
    if (waitMs > 0) return { kind: 'locked-out', retryAfterMs: waitMs }
    const { lockedForMs } = this.#attempts.failed('hooks', household, now)
    if (lockedForMs !== null) trail.record('locked-out', { ...about, reason: 'hooks' })
    return { kind: 'unauthorized' }
  }

  /** Whether a right signature would be enough, and there is one to look at. */
  #mayComeSigned({ peer, path }: HookVisit): boolean {
    const { hooks } = this.#parts.live.config
    const builtIn = path === 'wake' || path === 'agent'
    const mappings = builtIn ? [undefined] : mappingsOf(hooks).filter((mapping) => mayTake(mapping, path))
    return mappings.some((mapping) => {
      const rules = signatureRules(hooks.signature, mapping)
      return rules?.replacesToken === true && peer.headers.has(rules.header)
    })
  }

  #household({ peer }: HookVisit): string {
    const { addresses, rules } = this.#parts
    return addresses.household(visitorOf(peer, rules.current).countedAs)
  }
}
