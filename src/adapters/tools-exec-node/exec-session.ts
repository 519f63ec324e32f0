import type { ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../application/ports/clock.js'
import { endFamily } from './end-family.js'
import { hasGroup } from './family-members.js'
import { KeptOutput } from './kept-output.js'

/** Why a command was ended before it ended itself. */
export type EndReason = 'timeout' | 'aborted' | 'killed' | 'closed'

/** Who may see a session: the same agent in the same conversation. */
export interface SessionScope {
  readonly agentId: string
  readonly sessionKey: string | null
}

export interface ExecSessionParts {
  readonly id: string
  readonly scope: SessionScope
  readonly command: string
  readonly isPty: boolean
  /** Value of the mark that everything it starts inherits. */
  readonly mark: string
  readonly clock: Clock
}

/** How long output may still come from what was left behind, in milliseconds. */
const LAST_OUTPUT_MS = 500
/** Input that nobody reads is not collected without end, in characters. */
const MAX_UNREAD_INPUT = 1024 * 1024

/** One command that was started, until it is forgotten. */
export class ExecSession {
  readonly id: string
  readonly scope: SessionScope
  readonly command: string
  readonly isPty: boolean
  readonly output = new KeptOutput()
  /** Resolves when nothing of it runs any more. */
  readonly ended: Promise<void>
  /** How much of the output was told by `poll`, in characters. */
  polledTo = 0
  isBackground = false
  /** Told when something was printed. */
  onOutput: (() => void) | null = null

  readonly #child: ChildProcess
  readonly #clock: Clock
  readonly #mark: string
  readonly #startedAt: number
  #durationMs: number | null = null
  #hasExited = false
  #ending: Promise<boolean> | null = null
  #endReason: EndReason | null = null
  #exitCode: number | null = null
  #signal: string | null = null
  #problem: string | null = null

  constructor(child: ChildProcess, parts: ExecSessionParts) {
    this.id = parts.id
    this.scope = parts.scope
    this.command = parts.command
    this.isPty = parts.isPty
    this.#mark = parts.mark
    this.#clock = parts.clock
    this.#startedAt = parts.clock.monotonic()
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8')
      stream?.on('data', (text: string) => this.#printed(text))
      stream?.on('error', () => stream.destroy())
    }
    child.stdin?.on('error', () => child.stdin?.destroy())
    this.ended = this.#untilEnded()
  }

  get isEnded(): boolean {
    return this.#durationMs !== null
  }

  get durationMs(): number {
    return Math.round(this.#durationMs ?? this.#clock.monotonic() - this.#startedAt)
  }

  /** Null while it runs, and when a signal ended it. */
  get exitCode(): number | null {
    return this.#exitCode
  }

  get signal(): string | null {
    return this.#signal
  }

  get endReason(): EndReason | null {
    return this.#endReason
  }

  /** Why it could not be started; null when it could. */
  get problem(): string | null {
    return this.#problem
  }

  /** Types something; false when it takes no input (any more) or reads none of it. */
  write(text: string): boolean {
    const { stdin } = this.#child
    if (this.isEnded || !stdin?.writable || stdin.writableLength > MAX_UNREAD_INPUT) return false
    stdin.write(text)
    return true
  }

  /**
   * Ends it with everything it started. Resolves when that is done, or cannot be done. The first reason given counts;
   * none does once it ended by itself.
   */
  async end(reason: EndReason): Promise<void> {
    const { pid } = this.#child
    if (!this.#hasExited && pid !== undefined && this.#ending === null) {
      this.#endReason = reason
      this.#ending = endFamily({ groupId: pid, mark: this.#mark })
    }
    const isGone = (await this.#ending) ?? true
    if (isGone) await this.ended
  }

  #printed(text: string): void {
    this.output.append(text)
    this.onOutput?.()
  }

  async #untilEnded(): Promise<void> {
    const child = this.#child
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    await new Promise<void>((resolve) => {
      child.once('exit', (code, signal) => {
        this.#hasExited = true
        this.#exitCode = code
        this.#signal = signal
        resolve()
      })
      child.once('error', (error: NodeJS.ErrnoException) => {
        // Signals that cannot be sent are told here, too.
        if (child.pid === undefined) this.#problem = error.code ?? 'unknown'
        if (child.pid === undefined) resolve()
      })
    })
    await this.#endLeftovers()
    await Promise.race([closed, pause(LAST_OUTPUT_MS)])
    for (const stream of child.stdio) stream?.destroy()
    this.#durationMs = this.#clock.monotonic() - this.#startedAt
  }

  /** What it started with `&` and left behind. Its group keeps their id taken, so nobody else can be hit. */
  async #endLeftovers(): Promise<void> {
    const { pid } = this.#child
    if (this.#ending !== null) await this.#ending
    else if (pid !== undefined && hasGroup(pid)) await endFamily({ groupId: pid, mark: null })
  }
}
