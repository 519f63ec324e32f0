/*
 * What somebody who writes a transport hands to the contract: how to make one, and how a client of it behaves.
 */
import type { Endpoint, Transport, TransportOptions, TransportTls } from '../../../src/application/ports/transport.js'
import type { Closure } from '../../../src/domain/protocol/close-codes.js'
import type { SeededRandom } from './seeded-random.js'
import type { TransportGuaranteeId } from './transport-guarantees.js'

/** The part of a test runner the contract needs; `vitest`, `node:test`, `mocha` and `jest` all fit. */
export interface ContractRunner {
  describe(name: string, body: () => void): void
  it: ((name: string, body: () => Promise<void>) => void) & { skip(name: string, body: () => Promise<void>): void }
}

/** A WebSocket client as the contract sees it. */
export interface ContractClient {
  /** Everything that arrived so far, oldest first: text as string, binary as bytes. */
  readonly messages: readonly (string | Uint8Array)[]
  /** How the connection ended for this client: 1006 when nothing was said, 1005 when no code was given. */
  readonly closed: Promise<Closure>
  send(data: string | Uint8Array): void
  /** A text message of just these bytes, which need not be UTF-8. Absent where text does not travel as bytes. */
  sendTextBytes?(bytes: Uint8Array): void
  close(code?: number, reason?: string): void
  /** Goes away without a word. */
  terminate(): void
  /** Stops reading, so that the other side has to keep what it sends. */
  pause(): void
  resume(): void
}

/** Thrown by `connect` when the upgrade was answered with an HTTP response. */
export class UpgradeRefused extends Error {
  readonly response: Response

  constructor(response: Response) {
    super(`the upgrade was refused with ${response.status}`)
    this.name = 'UpgradeRefused'
    this.response = response
  }
}

export interface ContractRequest {
  readonly method?: string
  readonly path?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Aborting it is the client going away. */
  readonly signal?: AbortSignal
}

/** A client that says exactly the bytes it is told. */
export interface RawClient {
  /** Everything that came, one character per byte. */
  readonly text: string
  /** Whether the other side has ended it, one way or another. */
  readonly hasEnded: boolean
  /** SHA-256 of the certificate the server showed, as node:tls writes it; empty without TLS. */
  readonly fingerprint: string
  /** Text goes as one byte per character. */
  write(data: string | Uint8Array): void
  /** Says that nothing more will come, and goes on reading. */
  end(): void
  destroy(): void
}

export interface RawOptions {
  readonly tls?: boolean
  /** Said before anything else, encryption included. */
  readonly preface?: Uint8Array
}

/** Where the contract listens, and what clients look like from there. */
export interface ContractPlace {
  /** An address nobody listens on; its port may be 0. */
  free(): Promise<Endpoint>
  /** An address nobody listens on, with its real port. */
  fixed(): Promise<Endpoint>
  readonly peerAddress: string
  hostHeader(endpoint: Endpoint): string
}

export interface TransportHarness {
  readonly name: string
  /** A new transport. Called once or more per guarantee; transports of one harness share their addresses. */
  create(options?: TransportOptions): Transport
  /** Resolves when the WebSocket is open; rejects with UpgradeRefused or any other error. */
  connect(
    endpoint: Endpoint,
    options?: {
      readonly path?: string
      readonly headers?: readonly (readonly [string, string])[]
      readonly tls?: boolean
      /** Aborting it, while the connection is not open yet, is the client giving up. */
      readonly signal?: AbortSignal
    },
  ): Promise<ContractClient>
  /** Resolves when the response's headers are there. The body is read no faster than the contract reads it. */
  request(endpoint: Endpoint, request?: ContractRequest & { readonly tls?: boolean }): Promise<Response>
  /** A port on which nobody listens now. */
  freePort(): Promise<number>
  /** Runs `work` as a user who may not listen on port 1. */
  withoutPrivileges<T>(work: () => Promise<T>): Promise<T>
  /** A certificate for 127.0.0.1; needed when the transport supports TLS. */
  readonly tls?: TransportTls
  /** Default: a port of 127.0.0.1. */
  readonly place?: ContractPlace
  /** Whether everything is encrypted: `create` is to add a certificate, clients are to use TLS unless told otherwise. */
  readonly isSecure?: boolean
  /** A path on which nobody listens and where no file is; needed when the transport supports Unix domain sockets. */
  freePath?(): Promise<string>
  /** Needed by the guarantees about bytes; a transport without a wire skips those. */
  raw?(endpoint: Endpoint, options?: RawOptions): Promise<RawClient>
  /** A certificate that differs from `tls`; needed when the transport renews certificates. */
  renewedTls?(): Promise<TransportTls>
  /** The same harness for clients with a bad line; what is bad about it is decided by `random` alone. */
  disturbed?(random: SeededRandom): TransportHarness & { undisturb(): Promise<void> }
  /** Guarantees that cannot be checked here, each with the reason, which is printed. */
  readonly skip?: Readonly<Partial<Record<TransportGuaranteeId, string>>>
}
