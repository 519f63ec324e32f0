import type { AuthRefusalReason } from '../../domain/access/auth-refusal.js'
import type { GivenAuth } from '../../domain/access/shared-secret.js'
import type { Authenticator, AuthVerdict } from './authenticator.js'
import type { DeviceClaim, DeviceRegistry } from './device-registry.js'
import type { LoginThrottle } from './login-throttle.js'
import type { Visitor } from './visitor.js'

/** What came of a device token. `exceeds`: it is the right one, but more is asked for than it covers. */
export type DeviceTokenVerdict =
  | { readonly kind: 'shown'; readonly shown: string; readonly exceeds: boolean }
  | { readonly kind: 'refused'; readonly reason: AuthRefusalReason; readonly retryAfterMs?: number }

type Refused = Extract<AuthVerdict, { kind: 'refused' }>

/**
 * The second chance of a device whose other credentials were refused: the token it was given when it was paired. It may
 * come in the place of the shared token, so a wrong one counts as a wrong guess of whichever it can have been.
 */
export class DeviceTokens {
  readonly #devices: DeviceRegistry
  readonly #throttle: LoginThrottle
  readonly #authenticator: Authenticator

  constructor(devices: DeviceRegistry, throttle: LoginThrottle, authenticator: Authenticator) {
    this.#devices = devices
    this.#throttle = throttle
    this.#authenticator = authenticator
  }

  /** @param before why the other credentials were refused */
  judge(visitor: Visitor, claim: DeviceClaim, given: GivenAuth, before: Refused): DeviceTokenVerdict {
    const isKnown = this.#devices.find(claim.deviceId) !== undefined
    const candidate = given.deviceToken || (isKnown ? given.token : undefined)
    if (!candidate) return this.#refuse(visitor, before)
    const waitMs = this.#throttle.waitMs('device-token', visitor.countedAs)
    if (waitMs > 0) return { ...this.#refuse(visitor, before), reason: 'rate_limited', retryAfterMs: waitMs }
    const verdict = this.#devices.judgeToken(claim, candidate)
    if (verdict !== 'mismatch') {
      // Another secret beside it was a guess all the same: a device must not try the shared one for nothing.
      if (before.reason !== 'token_mismatch' || given.token !== candidate) {
        this.#authenticator.failed(visitor, before.reason)
      }
      return { kind: 'shown', shown: candidate, exceeds: verdict === 'exceeds' }
    }
    this.#authenticator.failed(visitor, 'device_token_mismatch')
    // A known device that sends one token means its own; whoever sends two has guessed twice.
    return given.deviceToken ? { ...this.#refuse(visitor, before), reason: 'device_token_mismatch' } : before
  }

  #refuse(visitor: Visitor, refused: Refused): Refused {
    this.#authenticator.failed(visitor, refused.reason)
    return refused
  }
}
