import type { CliDeps, CliEnvironment } from './cli-deps.js'
import { paintFor } from './render/paint.js'

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly dev?: boolean
  readonly profile?: string
  readonly json?: boolean
  readonly color?: boolean
  readonly logLevel?: string
}

/** Flags of every command that talks to a gateway. */
export interface SharedFlags {
  readonly url?: string
  readonly token?: string
  readonly password?: string
  /** 64 lower-case hex digits. */
  readonly tlsFingerprint?: string
  /** Milliseconds. */
  readonly timeout?: number
}

/** One run of one command. */
export class CommandContext {
  readonly deps: CliDeps
  readonly flags: GlobalFlags
  #environment: Promise<CliEnvironment> | undefined

  constructor(deps: CliDeps, flags: GlobalFlags) {
    this.deps = deps
    this.flags = flags
  }

  get json(): boolean {
    return this.flags.json === true
  }

  /** Decided once per run, unless it is forgotten. */
  environment(): Promise<CliEnvironment> {
    const { dev, profile } = this.flags
    this.#environment ??= this.deps.resolveEnvironment({
      ...(dev === undefined ? {} : { dev }),
      ...(profile === undefined ? {} : { profile }),
    })
    return this.#environment
  }

  /** The files it was made of are not there any more. */
  forgetEnvironment(): void {
    this.#environment = undefined
  }

  /** Colours for stdout, or none. */
  get paint() {
    return paintFor(this.deps.stdout.isTTY, this.deps.env, this.flags.color !== false)
  }

  /** The answer, for people; no lines, no output. */
  print(lines: string | readonly string[]): void {
    if (lines.length === 0) return
    const text = typeof lines === 'string' ? lines : lines.join('\n')
    this.deps.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  /** The answer, for programs: the one document. */
  printJson(value: unknown): void {
    this.deps.stdout.write(`${JSON.stringify(value ?? null, null, 2)}\n`)
  }

  /** One object of a stream of objects. */
  printJsonLine(value: unknown): void {
    this.deps.stdout.write(`${JSON.stringify(value)}\n`)
  }

  /** Warnings, hints, progress. */
  note(text: string): void {
    this.deps.stderr.write(`${text}\n`)
  }
}
