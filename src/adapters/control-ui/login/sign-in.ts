import type { HelloOk } from '../connection/hello-ok.js'
import type { ErrorShape } from '../connection/request-refused.js'
import type { Admission } from '../connection/socket-events.js'
import type { BrowserMemory } from '../identity/browser-memory.js'
import { deviceKey } from '../identity/device-key.js'

/** What a person types to get in. */
export type Entered = { readonly token: string } | { readonly password: string }

/** A page for operators does what operators may do. */
const SCOPES = ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing'] as const
const DEVICE_TOKEN = 'device-token'

/**
 * What this browser shows at the gateway's door: what was typed or came with a one-time link, else the token its device
 * was given earlier, else its key alone. The shared secret is never kept; the device token is.
 */
export class SignIn {
  readonly #memory: BrowserMemory
  #entered: Entered | null

  /** @param entered what came with the link that opened the page */
  constructor(memory: BrowserMemory, entered: Entered | null) {
    this.#memory = memory
    this.#entered = entered
  }

  enter(entered: Entered): void {
    this.#entered = entered
  }

  async credentials(): Promise<Admission> {
    const entered = this.#entered
    const [device, deviceToken] = await Promise.all([
      deviceKey(this.#memory),
      entered === null ? this.#memory.recall<string>(DEVICE_TOKEN) : null,
    ])
    const shown = { device, scopes: SCOPES }
    if (entered !== null) return { ...shown, ...entered }
    return deviceToken === null ? shown : { ...shown, deviceToken }
  }

  /** From now on the device token is enough, where there is one. */
  async admitted({ auth }: HelloOk): Promise<void> {
    if (auth === undefined) return
    this.#entered = null
    await this.#memory.keep(DEVICE_TOKEN, auth.deviceToken)
  }

  /** What was refused is not shown again. Returns whether another attempt with what is left makes sense. */
  async refused({ details }: ErrorShape): Promise<boolean> {
    const { code } = (details ?? {}) as { readonly code?: string }
    if (code === undefined || !code.startsWith('AUTH_')) return false
    this.#entered = null
    if (code !== 'AUTH_DEVICE_TOKEN_MISMATCH') return false
    await this.#memory.forget(DEVICE_TOKEN)
    return true
  }

  /** This browser shall not get in by itself any more. */
  async signOut(): Promise<void> {
    this.#entered = null
    await this.#memory.forget(DEVICE_TOKEN)
  }
}
