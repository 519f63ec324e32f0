import { ClientFailure, type GatewayClient, type GatewayEvent } from '../../../application/ports/gateway-client.js'
import type { CliDeps, InterruptSignal } from '../cli-deps.js'
import type { AgentFinal, AgentOutcome } from '../render/agent-result.js'
import type { GatewayAccess } from '../target/gateway-access.js'

export interface AgentRunRequest {
  /** Also the idempotency key, so that a repeated request is the same run. */
  readonly runId: string
  readonly message: string
  readonly agentId?: string
  readonly sessionKey?: string
  readonly sessionId?: string
  readonly thinking?: string
  /** 0 = no limit. */
  readonly timeoutSeconds: number
}

/** Who is told while a run goes on. */
export interface AgentRunWatcher {
  accepted(runId: string): void
  delta(text: string): void
  tool(data: Readonly<Record<string, unknown>>): void
  waiting(reason: string): void
}

export interface AgentRunParts {
  readonly deps: Pick<CliDeps, 'now' | 'pause'>
  readonly access: GatewayAccess
  readonly request: AgentRunRequest
  readonly watcher: AgentRunWatcher
}

const RECONNECT_MS = 500
/** The gateway itself ends a run that takes too long; this much longer we wait to hear of it. */
const GRACE_MS = 10_000
/** How long an aborted run may take to say so. */
const ABORT_WAIT_MS = 5_000

interface AgentEventPayload {
  readonly runId?: string
  readonly sessionKey?: string
  readonly stream?: string
  readonly data?: { readonly text?: string; readonly delta?: string } & Readonly<Record<string, unknown>>
}

/** One run from the request to its end, over lost connections; can be interrupted. */
export class AgentRun {
  readonly #parts: AgentRunParts
  readonly #leave = new AbortController()
  readonly #deadline: number
  #client: GatewayClient | null = null
  #sessionKey: string | null
  #isAccepted = false
  #signal: InterruptSignal | null = null

  constructor(parts: AgentRunParts) {
    this.#parts = parts
    this.#sessionKey = parts.request.sessionKey ?? null
    const { timeoutSeconds } = parts.request
    this.#deadline =
      timeoutSeconds === 0 ? Number.POSITIVE_INFINITY : parts.deps.now() + timeoutSeconds * 1000 + GRACE_MS
  }

  get interruptedBy(): InterruptSignal | null {
    return this.#signal
  }

  /** The first time the run is aborted and its end awaited; the second time we leave at once. */
  interrupt(signal: InterruptSignal): void {
    const isFirst = this.#signal === null
    this.#signal = signal
    if (isFirst && this.#isAccepted && this.#client !== null) void this.#abort(this.#client)
    else this.#leave.abort()
  }

  /** Rejects with ClientFailure when there never was a run, or the gateway stays away. */
  async complete(): Promise<AgentOutcome> {
    for (;;) {
      try {
        return await this.#attempt()
      } catch (thrown) {
        if (!this.#mayReconnect(thrown)) throw thrown
        this.#parts.watcher.waiting(thrown.reason ?? thrown.message)
        await this.#parts.deps.pause(RECONNECT_MS, this.#leave.signal)
      }
    }
  }

  async #attempt(): Promise<AgentOutcome> {
    const client = await this.#parts.access.open({ signal: this.#leave.signal })
    this.#client = client
    try {
      client.on('agent', (event) => this.#observe(event))
      this.#sessionKey ??= this.#expectedSessionKey(client)
      return await this.#send(client)
    } finally {
      this.#client = null
      await client.close()
    }
  }

  async #send(client: GatewayClient): Promise<AgentOutcome> {
    const { watcher, request, deps } = this.#parts
    const timeoutMs = Number.isFinite(this.#deadline) ? Math.max(1, this.#deadline - deps.now()) : 0
    const options = {
      timeoutMs,
      expectFinal: true,
      signal: this.#leave.signal,
      accepted: () => {
        this.#isAccepted = true
        watcher.accepted(request.runId)
      },
    }
    try {
      return this.#ended(await client.call<AgentFinal>('agent', this.#params(), options))
    } catch (thrown) {
      const failed = this.#failed(thrown)
      if (failed === null) throw thrown
      return failed
    }
  }

  #params(): Record<string, unknown> {
    const { request } = this.#parts
    const hasTarget = request.sessionKey ?? request.agentId ?? request.sessionId
    return {
      message: request.message,
      idempotencyKey: request.runId,
      timeout: request.timeoutSeconds,
      ...(request.agentId === undefined ? {} : { agentId: request.agentId }),
      ...(request.sessionId === undefined ? {} : { sessionId: request.sessionId }),
      ...(request.thinking === undefined ? {} : { thinking: request.thinking }),
      ...(request.sessionKey !== undefined
        ? { sessionKey: request.sessionKey }
        : hasTarget === undefined
          ? { sessionKey: this.#sessionKey ?? 'main' }
          : {}),
    }
  }

  /** The final answer came as a success; a run that was cut short is none. */
  #ended(final: AgentFinal): AgentOutcome {
    const meta = final.result?.meta
    const base = { runId: this.#parts.request.runId, sessionKey: this.#sessionKey, final }
    if (meta?.aborted === true) {
      const isTimeout = meta.stopReason === 'timeout' || (this.#signal === null && this.#tookTooLong(meta.durationMs))
      return { ...base, status: 'aborted', error: isTimeout ? this.#timeoutText() : 'the run was aborted' }
    }
    if (final.status === 'error') return { ...base, status: 'error', error: final.summary ?? 'the run failed' }
    return { ...base, status: 'ok', error: null }
  }

  /** The final answer came as a failure of the run, or did not come in time; null for any other failure. */
  #failed(thrown: unknown): AgentOutcome | null {
    if (!(thrown instanceof ClientFailure)) return null
    const payload = thrown.payload as AgentFinal | undefined
    const base = { runId: this.#parts.request.runId, sessionKey: this.#sessionKey }
    if (thrown.code === 'rpc' && typeof payload?.status === 'string') {
      const status = this.#signal === null ? 'error' : 'aborted'
      return { ...base, status, final: payload, error: thrown.message }
    }
    if (thrown.code === 'timeout' && this.#isAccepted) {
      return { ...base, status: 'error', final: null, error: this.#timeoutText() }
    }
    return null
  }

  #tookTooLong(durationMs = 0): boolean {
    const { timeoutSeconds } = this.#parts.request
    return timeoutSeconds > 0 && durationMs >= timeoutSeconds * 1000
  }

  #timeoutText(): string {
    return `the run did not end within ${this.#parts.request.timeoutSeconds} s`
  }

  #mayReconnect(thrown: unknown): thrown is ClientFailure {
    if (!(thrown instanceof ClientFailure) || this.#leave.signal.aborted) return false
    if (!this.#isAccepted && thrown.code !== 'closed') return false
    const mayHeal = ['unreachable', 'closed', 'timeout', 'not_a_gateway'].includes(thrown.code)
    return mayHeal && this.#parts.deps.now() < this.#deadline
  }

  #observe(event: GatewayEvent): void {
    const payload = event.payload as AgentEventPayload | null
    if (payload?.runId !== this.#parts.request.runId) return
    this.#sessionKey = payload.sessionKey ?? this.#sessionKey
    if (payload.stream === 'assistant') this.#parts.watcher.delta(payload.data?.delta ?? '')
    if (payload.stream === 'tool' && payload.data !== undefined) this.#parts.watcher.tool(payload.data)
  }

  async #abort(client: GatewayClient): Promise<void> {
    const { request, deps } = this.#parts
    try {
      await client.call('chat.abort', { sessionKey: this.#sessionKey ?? 'main', runId: request.runId })
      await deps.pause(ABORT_WAIT_MS, this.#leave.signal)
    } catch (thrown) {
      if (!(thrown instanceof ClientFailure)) throw thrown
    } finally {
      this.#leave.abort()
    }
  }

  /** Where the run will live, as far as can be told before it says so itself. */
  #expectedSessionKey(client: GatewayClient): string | null {
    const defaults = client.hello.snapshot.sessionDefaults
    const { agentId, sessionId } = this.#parts.request
    if (agentId !== undefined) return `agent:${agentId}:${defaults?.mainKey ?? 'main'}`
    return sessionId === undefined ? (defaults?.mainSessionKey ?? null) : null
  }
}
