import { HonoHttpApp } from '../../src/adapters/http-hono/hono-http-app.js'
import type { ControlUiPlace, GuardedFacts } from '../../src/adapters/http-hono/http-facts.js'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { NodeStaticFiles } from '../../src/adapters/static-files-node/node-static-files.js'
import type { FrontDoor, HttpVerdict } from '../../src/application/access/front-door.js'
import type { Peer } from '../../src/application/ports/transport.js'

export const SECRET = 'a-secret-of-the-gateway'

/** A front door that knows `gateway.example`, pages of `https://ui.example`, and one secret. */
export class StrictDoor implements FrontDoor {
  /** What it was asked to compare, in order. */
  readonly bearers: (string | null)[] = []
  /** Answers every secret, when set. */
  verdict: HttpVerdict | undefined

  judgeHost(peer: Peer) {
    const isKnown = /^(gateway\.example|127\.0\.0\.1|localhost)(:\d+)?$/.test(peer.headers.get('host') ?? '')
    return isKnown ? null : { reason: 'unknown_host', message: 'see gateway.controlUi.allowedOrigins' }
  }

  judgeOrigin(peer: Peer) {
    return this.allowsOrigin(peer) ? null : { reason: 'origin_not_allowed', message: 'this page may not' }
  }

  allowsOrigin(peer: Peer) {
    return peer.headers.get('origin') === 'https://ui.example'
  }

  isLocal(peer: Peer) {
    return peer.address === '127.0.0.1'
  }

  authenticate(_peer: Peer, bearer: string | null): HttpVerdict {
    this.bearers.push(bearer)
    if (this.verdict !== undefined) return this.verdict
    return bearer === SECRET ? { kind: 'admitted', by: 'token' } : { kind: 'refused', reason: 'token_mismatch' }
  }
}

/** The HTTP endpoints behind that door. */
export class GuardedHttp {
  readonly door = new StrictDoor()
  readonly log = new MemoryLog()
  ui: ControlUiPlace = { isEnabled: true, basePath: '' }
  readonly app: HonoHttpApp

  constructor(facts: Partial<GuardedFacts> = {}) {
    const guarded: GuardedFacts = {
      door: this.door,
      agentIds: () => ['main', 'work'],
      controlUi: () => this.ui,
      files: new NodeStaticFiles(),
      ...facts,
    }
    this.app = new HonoHttpApp(
      { version: '1', readiness: async () => ({ isReady: true, checks: {} }), guarded },
      this.log,
    )
  }

  /** A request as a transport would hand it over. */
  fetch(path: string, init: RequestInit = {}, scheme = 'http'): Promise<Response> {
    const headers = new Map<string, string>([['host', 'gateway.example'], ...new Headers(init.headers)])
    const host = headers.get('host') ?? 'gateway.example'
    const request = new Request(
      `${scheme}://${/^[\w.-]+(?::\d+)?$/.test(host) ? host : 'gateway.example'}${path}`,
      init,
    )
    // The signal a request derives from this one may be collected while somebody listens to it.
    if (init.signal) Object.defineProperty(request, 'signal', { value: init.signal })
    return this.app.fetch(request, { address: '192.0.2.1', port: 1, headers, url: path })
  }

  /** With the right secret. */
  asked(path: string, init: RequestInit = {}): Promise<Response> {
    return this.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${SECRET}` } })
  }
}
