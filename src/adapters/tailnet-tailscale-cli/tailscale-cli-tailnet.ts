import { isIP } from 'node:net'
import type { Clock } from '../../application/ports/clock.js'
import { type Tailnet, TailnetFailure, type TailnetUser } from '../../application/ports/tailnet.js'
import { adviceFor, firstWords, waitsForConsent } from './explain-refusal.js'
import { findTailscale, TAILSCALE_PLACES } from './find-tailscale.js'
import { RememberedAnswers } from './remembered-answers.js'
import { runTailscale, type TailscaleOutcome } from './run-tailscale.js'
import { parsePublicUrl, parseState, parseWhois } from './tailscale-answers.js'

export interface TailscaleCliOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  /** Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where the program may be when it is not in PATH. Default: where installers put it. */
  readonly places?: readonly string[]
  /** How long publishing and its undoing may take (10 000). */
  readonly timeoutMs?: number
  /** How long `whois` may take (5000); somebody waits at the door meanwhile. */
  readonly whoisTimeoutMs?: number
}

const REMEMBERED_MS = 60_000
/** A device that has just joined the tailnet is let in soon. */
const NOBODY_REMEMBERED_MS = 5_000
const MOST_REMEMBERED = 1_000
/** So many programs at once and no more, however many addresses knock. */
const MOST_AT_ONCE = 16

/** Drives the `tailscale` program that the operator has installed and logged in. */
export class TailscaleCliTailnet implements Tailnet {
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #places: readonly string[]
  readonly #timeoutMs: number
  readonly #whoisTimeoutMs: number
  readonly #users: RememberedAnswers<TailnetUser | null>
  #program: string | null = null
  #asking = 0

  constructor(options: TailscaleCliOptions) {
    this.#env = options.env ?? process.env
    this.#places = options.places ?? TAILSCALE_PLACES
    this.#timeoutMs = options.timeoutMs ?? 10_000
    this.#whoisTimeoutMs = options.whoisTimeoutMs ?? 5_000
    this.#users = new RememberedAnswers({
      most: MOST_REMEMBERED,
      monotonic: () => options.clock.monotonic(),
      lifeMs: (user) => (user === null ? NOBODY_REMEMBERED_MS : REMEMBERED_MS),
    })
  }

  async publish(mode: 'serve' | 'funnel', port: number): Promise<string | null> {
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new RangeError(`no port: ${port}`)
    const status = await this.#run(['status', '--json'], this.#timeoutMs)
    // A machine that is not connected is told so here: `serve` would succeed, and nobody could reach it.
    const state = parseState(status.stdout)
    if (state !== null && state !== 'Running') throw refused(`it is not connected (${state})`, state)
    await this.#demand([mode, '--bg', '--yes', String(port)], this.#timeoutMs)
    return parsePublicUrl(status.stdout)
  }

  async unpublish(mode: 'serve' | 'funnel'): Promise<void> {
    await this.#demand([mode, 'reset'], this.#timeoutMs)
  }

  async whois(address: string): Promise<TailnetUser | null> {
    if (isIP(address) === 0) return null
    return this.#users.answer(address, () => this.#askWhois(address))
  }

  async #askWhois(address: string): Promise<TailnetUser | null> {
    if (this.#asking >= MOST_AT_ONCE) throw new TailnetFailure('tailscale-timeout', 'too many whois questions at once')
    this.#asking += 1
    try {
      const args = ['whois', '--json', address]
      const outcome = await this.#run(args, this.#whoisTimeoutMs)
      if (outcome.kind === 'failed' && /not found|no match/i.test(outcome.output)) return null
      return parseWhois(succeeded(args, outcome).stdout)
    } finally {
      this.#asking -= 1
    }
  }

  async #demand(args: readonly string[], timeoutMs: number): Promise<void> {
    succeeded(args, await this.#run(args, timeoutMs))
  }

  /** Rejects when there is no program or no answer; a refusal is left to the caller. */
  async #run(args: readonly string[], timeoutMs: number): Promise<TailscaleOutcome> {
    this.#program ??= await findTailscale(this.#env.PATH ?? '', this.#places)
    if (this.#program === null) throw missing()
    const outcome = await runTailscale({ program: this.#program, args, env: this.#env, timeoutMs })
    if (outcome.kind === 'missing') {
      this.#program = null
      throw missing()
    }
    if (outcome.kind === 'timeout' && !waitsForConsent(outcome.output)) {
      const message = `tailscale ${args[0]} did not answer within ${Math.round(timeoutMs / 100) / 10} s`
      throw new TailnetFailure('tailscale-timeout', message)
    }
    return outcome
  }
}

function succeeded(args: readonly string[], outcome: TailscaleOutcome): TailscaleOutcome {
  if (outcome.kind === 'done') return outcome
  throw refused(`tailscale ${args[0]} failed: ${firstWords(outcome.output)}`, outcome.output)
}

function refused(message: string, output: string): TailnetFailure {
  const advice = adviceFor(output)
  return new TailnetFailure('tailscale-refused', advice === null ? message : `${message}; ${advice}`)
}

function missing(): TailnetFailure {
  return new TailnetFailure(
    'tailscale-missing',
    'the tailscale program was not found; install Tailscale (https://tailscale.com/download) or put it into PATH',
  )
}
