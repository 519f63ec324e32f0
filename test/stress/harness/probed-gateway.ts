import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { CliHome } from '../../journeys/harness/cli-home.js'
import type { RunningGateway } from '../../journeys/harness/running-gateway.js'
import type { Allowance, Memory, Vitals } from './vitals.js'

const PROBE = new URL('probe.mjs', import.meta.url)
/** A gateway that has been left alone gets this long to put everything away. */
const SETTLE_MS = 30_000
const LOOK_EVERY_MS = 500

/** A gateway in a process of its own whose memory, timers and sockets can be looked at. */
export class ProbedGateway {
  readonly running: RunningGateway
  readonly #home: CliHome
  readonly #probePath: string

  private constructor(running: RunningGateway, home: CliHome, probePath: string) {
    this.running = running
    this.#home = home
    this.#probePath = probePath
  }

  /** @param config absent = as it comes, without a Control UI */
  static async start(config: object = { gateway: { controlUi: { enabled: false } } }): Promise<ProbedGateway> {
    const home = new CliHome()
    // Without a build of the Control UI every page would be a 503, which a fuzzer must be able to take for a fault.
    const { gateway = {} } = config as { readonly gateway?: object }
    await home.configure({ ...config, gateway: { mode: 'local', ...gateway } })
    const probePath = join(home.path, 'probe.sock')
    const env = { MAYROS_STRESS_PROBE: probePath, NODE_OPTIONS: `--import=${PROBE.href}` }
    const running = await home.gateway([], { env })
    return new ProbedGateway(running, home, probePath)
  }

  get port(): number {
    return this.running.port
  }

  get token(): string {
    return this.running.token
  }

  /** As it names itself: `uws 20.30`, `ws`. */
  get engine(): string {
    return /network engine (\S+(?: [\d.]+)?)/.exec(this.running.process.stdout)?.[1] ?? 'unknown'
  }

  get hasEnded(): boolean {
    return this.running.process.end !== null
  }

  /** The most memory it ever had, resident. */
  get peakBytes(): number {
    return this.#kilobytes('VmHWM') * 1024
  }

  /** Everything; it stops for about a second for that. */
  async look(): Promise<Vitals> {
    return (await this.#ask('look')) as Vitals
  }

  /** Memory only, which hardly disturbs. */
  async memory(): Promise<Memory> {
    return (await this.#ask('memory')) as Memory
  }

  /**
   * Looks until everything is put away: no more sockets than before, timers and memory within the allowance. Gives the
   * last look when that does not happen, for the test to judge.
   */
  async settle(before: Vitals, allowed: Allowance): Promise<Vitals> {
    const deadline = Date.now() + SETTLE_MS
    for (;;) {
      const now = await this.look()
      if (isWithin(now, before, allowed) || Date.now() > deadline) return now
      await pause(LOOK_EVERY_MS)
    }
  }

  /** Lines it logged as errors; a client, however hostile, must not cause one. */
  get errorLines(): readonly string[] {
    const { stdout, stderr } = this.running.process
    return `${stdout}\n${stderr}`.split('\n').filter((line) => /^\S+ (error|fatal) \[/.test(line))
  }

  async dispose(): Promise<void> {
    await this.#home.dispose()
  }

  async #ask(word: 'look' | 'memory'): Promise<unknown> {
    const socket = connect({ path: this.#probePath, allowHalfOpen: true })
    await once(socket, 'connect')
    socket.end(word)
    return JSON.parse(await text(socket))
  }

  #kilobytes(field: string): number {
    const status = readFileSync(`/proc/${this.running.record.pid}/status`, 'utf8')
    return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1])
  }
}

function isWithin(now: Vitals, before: Vitals, allowed: Allowance): boolean {
  return (
    now.openSockets <= before.openSockets &&
    now.timers <= before.timers + allowed.timers &&
    now.heapBytes <= before.heapBytes + allowed.heapBytes &&
    now.residentBytes <= before.residentBytes + allowed.residentBytes
  )
}
