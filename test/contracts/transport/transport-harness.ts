/*
 * What somebody who writes a transport hands to the contract: how to make one, and how a client of it behaves.
 */
import type { Endpoint, Transport, TransportOptions, TransportTls } from '../../../src/application/ports/transport.js'
import type { Closure } from '../../../src/domain/protocol/close-codes.js'
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
  /** Guarantees that cannot be checked here, each with the reason, which is printed. */
  readonly skip?: Readonly<Partial<Record<TransportGuaranteeId, string>>>
}
