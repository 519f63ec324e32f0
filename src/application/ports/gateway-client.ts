/*
 * The other end of the wire: a program that talks to a gateway. Used by the command line, by tests and by third parties.
 * Promises: no frame is sent before the server's challenge was answered; every call settles exactly once; events arrive in
 * the order they were sent; a hole in their numbering is reported, never hidden.
 * May refuse: to connect or to call, always with a ClientFailure.
 * Must never put a secret into a message, nor hand out the socket.
 */
import { Failure } from '../../domain/failure.js'
import type { Closure } from '../../domain/protocol/close-codes.js'
import type { StateVersion } from '../../domain/protocol/frames.js'
import type { ErrorShape } from '../../domain/protocol/refusal.js'

/** An Ed25519 key pair that tells one installation from another. */
export interface DeviceIdentity {
  /** Lower-case hex SHA-256 of the raw public key. */
  readonly deviceId: string
  /** Raw 32 byte public key, unpadded base64url. */
  readonly publicKey: string
  /** Signature over the UTF-8 bytes of `payload`, unpadded base64url. */
  sign(payload: string): string
}

/** What the client says about itself. */
export interface ClientDescription {
  readonly id: string
  readonly version: string
  readonly platform: string
  /** `webchat`, `cli`, `ui`, `backend`, `node`, `probe` or `test`. */
  readonly mode: string
  readonly displayName?: string
  readonly deviceFamily?: string
  readonly modelIdentifier?: string
  readonly instanceId?: string
}

export interface ConnectOptions {
  /** `ws://` or `wss://`. */
  readonly url: string
  readonly token?: string
  readonly password?: string
  readonly deviceToken?: string
  /** Without it a gateway grants no scopes. A function is asked only once a gateway has answered. */
  readonly device?: DeviceIdentity | (() => DeviceIdentity | Promise<DeviceIdentity>)
  /** Default `operator`. */
  readonly role?: 'operator' | 'node'
  readonly scopes?: readonly string[]
  readonly client: ClientDescription
  readonly caps?: readonly string[]
  /** Milliseconds until `hello-ok` must be there (10 000). */
  readonly timeoutMs?: number
  /** Lower-case hex SHA-256 of the server certificate; replaces the check against certificate authorities. */
  readonly tlsFingerprint?: string
  /** Ends the attempt with `aborted`. */
  readonly signal?: AbortSignal
}

/** The server's greeting, as far as clients rely on it. */
export interface HelloOk {
  readonly type: 'hello-ok'
  readonly protocol: number
  readonly server: { readonly version: string; readonly connId: string }
  readonly features: { readonly methods: readonly string[]; readonly events: readonly string[] }
  readonly snapshot: {
    readonly presence: readonly unknown[]
    readonly health: unknown
    readonly stateVersion: StateVersion
    readonly uptimeMs: number
    readonly configPath?: string
    readonly stateDir?: string
    readonly sessionDefaults?: {
      readonly defaultAgentId: string
      readonly mainKey: string
      readonly mainSessionKey: string
      readonly scope?: string
    }
    readonly authMode?: string
  }
  readonly auth?: {
    readonly deviceToken: string
    readonly role: string
    readonly scopes: readonly string[]
    readonly issuedAtMs?: number
  }
  readonly policy: { readonly maxPayload: number; readonly maxBufferedBytes: number; readonly tickIntervalMs: number }
}

/** One event frame. */
export interface GatewayEvent {
  readonly event: string
  readonly payload: unknown
  /** Absent on events that are meant for this connection alone. */
  readonly seq?: number
  readonly stateVersion?: StateVersion
}

/** A hole in the numbering: events `expected` to `received - 1` were lost. */
export interface SequenceGap {
  readonly expected: number
  readonly received: number
}

export interface CallOptions {
  /** Milliseconds until the answer must be there (10 000); 0 = wait for ever. */
  readonly timeoutMs?: number
  /** Waits for the final of a two-stage method: a payload whose status is `accepted` is only reported. */
  readonly expectFinal?: boolean
  /** The first of two answers, with `expectFinal`. */
  readonly accepted?: (payload: unknown) => void
  /** Stops waiting with `aborted`; the gateway is not told. */
  readonly signal?: AbortSignal
}

export interface GatewayClient {
  readonly url: string
  readonly hello: HelloOk
  /** How the connection ended. Never rejects. */
  readonly closed: Promise<Closure>
  /** Payload of the response. Rejects with ClientFailure. */
  call<T = unknown>(method: string, params?: unknown, options?: CallOptions): Promise<T>
  /** Calls back for every event of this name, or for all with `*`. Returns how to stop. */
  on(event: string, handler: (event: GatewayEvent) => void): () => void
  /** Calls back when numbered events were lost. Returns how to stop. */
  onGap(handler: (gap: SequenceGap) => void): () => void
  /** The same events for `for await`; ends with the connection. What is not read is kept, so read or `return`. */
  events(name?: string): AsyncIterableIterator<GatewayEvent>
  /** Polite; resolves when the connection is gone. Safe to call twice. */
  close(): Promise<void>
}

/** Connects and shakes hands. Rejects with ClientFailure. */
export type OpenGatewayClient = (options: ConnectOptions) => Promise<GatewayClient>

/** Why a client cannot connect or call, code by code. */
export const CLIENT_FAILURES = {
  unreachable: 'nobody is there, or gone before the greeting',
  timeout: 'no answer in time',
  not_a_gateway: 'something else answers at this address',
  wrong_certificate: 'the certificate is not the pinned one',
  unauthorized: 'the gateway does not accept the credentials',
  pairing_required: 'the gateway does not know this device yet',
  rate_limited: 'too many failed attempts; come back later',
  missing_scope: 'the connection may not make this call',
  protocol: 'client and gateway speak no common version',
  rpc: 'the gateway refused the call; rpc tells why',
  closed: 'the connection ended while it was in use',
  aborted: 'the caller called it off',
} as const

export type ClientFailureCode = keyof typeof CLIENT_FAILURES

export interface ClientFailureFacts {
  /** The short cause that goes in brackets: `connection refused`, `HTTP 404, server nginx`. */
  readonly reason?: string
  /** What the gateway answered, for failures that are answers. */
  readonly rpc?: ErrorShape
  /** Payload that came with a failed response. */
  readonly payload?: unknown
  readonly closure?: Closure
  /** Lower-case hex SHA-256 of the certificate that was shown, with `wrong_certificate`. */
  readonly fingerprint?: string
  readonly cause?: unknown
}

const WORTH_RETRYING: ReadonlySet<ClientFailureCode> = new Set(['unreachable', 'timeout', 'closed', 'rate_limited'])

/** Why a connection or a call failed. */
export class ClientFailure extends Failure {
  override readonly code: ClientFailureCode
  readonly url: string
  readonly reason: string | undefined
  readonly rpc: ErrorShape | undefined
  readonly payload: unknown
  readonly closure: Closure | undefined
  readonly fingerprint: string | undefined

  constructor(code: ClientFailureCode, url: string, message: string, facts: ClientFailureFacts = {}) {
    super(code, message, {
      retryable: facts.rpc?.retryable ?? WORTH_RETRYING.has(code),
      retryAfterMs: facts.rpc?.retryAfterMs,
      details: facts.rpc?.details,
      cause: facts.cause,
    })
    this.code = code
    this.url = url
    this.reason = facts.reason
    this.rpc = facts.rpc
    this.payload = facts.payload
    this.closure = facts.closure
    this.fingerprint = facts.fingerprint
  }
}
