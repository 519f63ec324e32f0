import { BrokenPromise } from './broken-promise.js'
import { type ContractRunner, findRunner, isRunner } from './contract-runner.js'
import type { Guarantee } from './guarantee.js'

/** The ports that have a contract for adapters of other people. */
export type ContractPort =
  | 'transport'
  | 'session-store'
  | 'agent-runner'
  | 'config-source'
  | 'channel'
  | 'log'
  | 'clock'
  | 'audit-trail'
  | 'document'
  | 'supervisor'
  | 'toolbox'

/** What every harness has, besides what its contract asks for. */
export interface ContractHarness {
  /** Of the adapter, for messages. */
  readonly name: string
  /** Guarantees that cannot be checked here, each with the reason, which is printed. */
  readonly skip?: Readonly<Record<string, string | undefined>>
}

/** How hard to try. */
export interface ProofOptions {
  /** Repeats everything under random load; the same seed repeats the same choices. */
  readonly stress?: StressOptions
}

export interface StressOptions {
  readonly seed: number
  readonly rounds: number
}

/** What makes a contract. */
export interface ContractParts<Harness extends ContractHarness> {
  readonly port: ContractPort
  readonly guarantees: Readonly<Record<string, Guarantee>>
  /** Functions a harness must have. */
  readonly members: readonly string[]
  /**
   * Resolves when the guarantee is kept; rejects with what was seen. Under stress it is called once per round, unless
   * it does rounds of its own (`stresses`).
   */
  check(id: string, harness: Harness, options: ProofOptions): Promise<void>
  /** Whether `check` itself does something with `options.stress`. */
  readonly stresses?: boolean
  /** Guarantees that make no sense for what this adapter declares, with reasons. */
  unfit?(harness: Harness): Readonly<Record<string, string | undefined>>
  /** Adds what a harness may leave out. */
  complete?(harness: Harness): Harness
}

/**
 * A contract as a function that registers one test per guarantee. Without a runner it finds the one it is run by.
 * A guarantee that is skipped appears as skipped, with its reason in the title.
 */
export interface Contract<Harness extends ContractHarness> {
  (harness: Harness, options?: ProofOptions): void
  (runner: ContractRunner, harness: Harness, options?: ProofOptions): void
  readonly port: ContractPort
  readonly guarantees: Readonly<Record<string, Guarantee>>
  readonly members: readonly string[]
  /** Rejects with BrokenPromise, which names the guarantee and what was seen. */
  prove(id: string, harness: Harness, options?: ProofOptions): Promise<void>
  /** Why each guarantee is skipped that is; throws for reasons that are empty and guarantees that do not exist. */
  skips(harness: Harness): ReadonlyMap<string, string>
  complete(harness: Harness): Harness
}

/** Longer than any proof waits for anything, so that the runner's own limit never hides what was seen. */
const PROOF_TIMEOUT_MS = 60_000

export function defineContract<Harness extends ContractHarness>(parts: ContractParts<Harness>): Contract<Harness> {
  const { port, guarantees, members } = parts
  const complete = parts.complete ?? ((harness: Harness) => harness)
  const skips = (harness: Harness) => skipsOf(parts, harness)
  const prove = async (id: string, harness: Harness, options: ProofOptions = {}) => {
    const guarantee = guaranteeOf(parts, id)
    const calls = parts.stresses ? 1 : (options.stress?.rounds ?? 1)
    for (let call = 1; call <= calls; call += 1) {
      await parts.check(id, harness, options).catch((thrown: unknown) => {
        throw new BrokenPromise(id, guarantee, harness.name, thrown)
      })
    }
  }
  const register = (first: ContractRunner | Harness, ...rest: readonly unknown[]): void => {
    const [runner, harness, options] = isRunner(first)
      ? ([first, rest[0], rest[1]] as const)
      : ([findRunner(), first, rest[0]] as const)
    const whole = complete(harness as Harness)
    registerAll(runner, `${port} contract: ${whole.name}`, guarantees, skips(whole), (id) =>
      prove(id, whole, options as ProofOptions | undefined),
    )
  }
  return Object.assign(register, { port, guarantees, members, prove, skips, complete })
}

function registerAll(
  { describe, it }: ContractRunner,
  title: string,
  guarantees: Readonly<Record<string, Guarantee>>,
  skips: ReadonlyMap<string, string>,
  prove: (id: string) => Promise<void>,
): void {
  const skip = it.skip ?? ((name: string) => it(name, async () => console.log(name)))
  describe(title, () => {
    for (const [id, { promise }] of Object.entries(guarantees)) {
      const reason = skips.get(id)
      if (reason === undefined) it(`${id} ${promise}`, () => prove(id), PROOF_TIMEOUT_MS)
      else skip(`${id} ${promise} (skipped: ${reason})`, () => prove(id))
    }
  })
}

function skipsOf<Harness extends ContractHarness>(
  parts: ContractParts<Harness>,
  harness: Harness,
): ReadonlyMap<string, string> {
  const skips = new Map<string, string>()
  for (const [id, reason] of Object.entries({ ...parts.unfit?.(harness), ...harness.skip })) {
    if (reason === undefined) continue
    guaranteeOf(parts, id)
    if (reason.trim() === '') throw new TypeError(`guarantee ${id} is skipped without a reason; say why`)
    skips.set(id, reason)
  }
  return skips
}

function guaranteeOf(
  { port, guarantees }: Pick<ContractParts<ContractHarness>, 'port' | 'guarantees'>,
  id: string,
): Guarantee {
  const guarantee = Object.hasOwn(guarantees, id) ? guarantees[id] : undefined
  if (guarantee !== undefined) return guarantee
  throw new RangeError(`the ${port} contract has no guarantee ${id}`)
}
