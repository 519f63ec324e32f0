import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('witness.mjs', import.meta.url))

interface Tally {
  readonly count: number
  readonly slowestMs: number
}

/** What a well-behaved client saw while others misbehaved. */
export interface Testimony {
  /** `health` on one lasting connection. */
  readonly calls: Tally
  /** `GET /healthz`, each on a connection of its own. */
  readonly requests: Tally
  /** Everything that was refused, broken off or never answered. */
  readonly troubles: readonly string[]
}

/** A well-behaved client beside the load, in a process of its own. */
export class Witness {
  readonly #child: ChildProcess

  private constructor(port: number, token: string) {
    this.#child = fork(PROGRAM, [`${port}`, token], { execArgv: [], stdio: 'inherit' })
  }

  /** Resolves when it was let in. */
  static async begin({ port, token }: { readonly port: number; readonly token: string }): Promise<Witness> {
    const witness = new Witness(port, token)
    await witness.#message()
    return witness
  }

  /** Ends it; its last requests are answered first. */
  async testify(): Promise<Testimony> {
    const told = this.#message()
    this.#child.send('stop')
    return (await told) as Testimony
  }

  destroy(): void {
    this.#child.kill('SIGKILL')
  }

  async #message(): Promise<unknown> {
    const gone = new AbortController()
    const left = once(this.#child, 'exit', { signal: gone.signal }).then(([code]) => {
      throw new Error(`the well-behaved client ended with ${code}`)
    })
    const told = once(this.#child, 'message').then(([message]) => message)
    try {
      return await Promise.race([told, left])
    } finally {
      left.catch((thrown: Error) => thrown)
      gone.abort()
    }
  }
}
