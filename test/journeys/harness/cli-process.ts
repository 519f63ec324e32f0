import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { until } from './until.js'

/** The program under test; MAYROS_TEST_ENTRY names another build, for example an installed package. */
export const ENTRY = resolve(process.env.MAYROS_TEST_ENTRY ?? 'dist/bin/mayros.js')

/** How a command ended. */
export interface CliEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliSurroundings {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** What the command finds on its standard input; default: nothing. */
  readonly input?: string
}

/** A real `mayros` in a process of its own, started by `node`, or by `sh` where a line is to be taken as it was printed. */
export class CliProcess {
  readonly exited: Promise<CliEnd>
  readonly #child: ChildProcess
  #stdout = ''
  #stderr = ''
  #end: CliEnd | null = null

  constructor(command: string, args: readonly string[], { env, cwd, input }: CliSurroundings) {
    if (!existsSync(ENTRY)) throw new Error(`${ENTRY} does not exist; run: npm run build -- --no-types`)
    this.#child = spawn(command, args, { env, cwd, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
    this.#child.stdin?.end(input)
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    this.exited = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => {
        this.#end = { code, signal, stdout: this.#stdout, stderr: this.#stderr }
        resolve(this.#end)
      })
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Null while it runs. */
  get end(): CliEnd | null {
    return this.#end
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Waits for something on stdout or stderr. Fails at once when the process ends without having said it. */
  async says(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    const text = () => (stream === 'stdout' ? this.#stdout : this.#stderr)
    return until(`${pattern} on ${stream}; so far:\n${this.#stdout}${this.#stderr}`, () => {
      const found = pattern.exec(text())
      if (found === null && this.#end !== null) {
        throw new Error(`ended with ${this.#end.code} without saying ${pattern}:\n${this.#stdout}${this.#stderr}`)
      }
      return found
    })
  }

  /** Ends it, whatever it is doing, and waits for that. */
  async destroy(): Promise<void> {
    if (this.#end === null) this.#child.kill('SIGKILL')
    await this.exited
  }
}
