import { Refusal } from '../../domain/protocol/refusal.js'
import type { DeviceClaim, DeviceRegistry, IssuedToken } from './device-registry.js'

/** How a device comes to the gate. */
export interface Approach {
  /** Nobody needs to be asked: it sits on this machine and has shown more than the token of a device. */
  readonly maySilently: boolean
  /** Its device token, when that was right. */
  readonly shownToken: string | null
  /** It asks for more than the token it showed covers. */
  readonly exceeds: boolean
}

/** Lets paired devices in, pairs those that may be without asking, and puts all others in line for an operator. */
export class PairingGate {
  readonly #devices: DeviceRegistry

  constructor(devices: DeviceRegistry) {
    this.#devices = devices
  }

  /** The token the device goes home with. Throws or rejects with Refusal `pairing required`. */
  admit(claim: DeviceClaim, approach: Approach): IssuedToken | Promise<IssuedToken> {
    const standing = approach.exceeds ? 'scope-upgrade' : this.#devices.standing(claim)
    if (standing === 'covered') return this.#devices.greet(claim, approach.shownToken)
    if (approach.maySilently && standing !== 'role-upgrade') return this.#devices.approveSilently(claim)
    return this.#putInLine(claim, standing)
  }

  async #putInLine(claim: DeviceClaim, reason: string): Promise<never> {
    const { requestId } = await this.#devices.request(claim, { isSilent: false })
    throw new Refusal('NOT_PAIRED', 'pairing required', { details: { code: 'PAIRING_REQUIRED', requestId, reason } })
  }
}
