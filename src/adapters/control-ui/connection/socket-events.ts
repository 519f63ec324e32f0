import type { DeviceIdentity } from '../identity/device-identity.js'

/** What is shown at the door. */
export interface Admission {
  readonly token?: string
  readonly password?: string
  readonly deviceToken?: string
  readonly device: DeviceIdentity
  readonly scopes: readonly string[]
}

/** What a socket tells once it has been let in. */
export interface SocketEvents {
  frame(frame: Readonly<Record<string, unknown>>): void
  ended(code: number, reason: string): void
}

/** The socket was closed; the message is fit for people. */
export class SocketEnded extends Error {
  readonly closeCode: number

  constructor(code: number, reason: string) {
    super(sentenceOf(code, reason))
    this.name = 'SocketEnded'
    this.closeCode = code
  }
}

/** Browsers say 1006 for everything that is not a close frame. */
function sentenceOf(code: number, reason: string): string {
  if (code === 1012) return 'the gateway is restarting'
  if (reason !== '') return reason
  return code === 1006 ? 'the gateway cannot be reached' : `the connection was closed (${code})`
}
