import { Failure, messageOf } from '../../../domain/failure.js'
import type { ContractOutcome, ContractStress } from '../cli-deps.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { contractHead, contractSum, outcomeLines } from '../render/contract.js'

export interface ContractFlags {
  readonly only?: readonly string[]
  /** Guarantee → why it is skipped. */
  readonly skip?: Readonly<Record<string, string>>
  readonly stress?: boolean
  readonly seed?: number
  readonly rounds?: number
}

const STRESS_ROUNDS = 3

/** `mayros contract`: holds an adapter to the contract of its port. Each guarantee is told as soon as it is known. */
export async function contract(
  context: CommandContext,
  port: string,
  specifier: string,
  flags: ContractFlags,
): Promise<number> {
  const kit = await context.deps.loadContracts()
  const module = await load(context, specifier)
  const stress = stressOf(context, flags)
  const told = (lines: readonly string[]) => {
    if (!context.json) context.print(lines)
  }
  const report = await kit
    .checkModule(port, module, {
      ...(flags.only === undefined ? {} : { only: flags.only }),
      ...(flags.skip === undefined ? {} : { skip: flags.skip }),
      ...(stress === undefined ? {} : { stress }),
      begun: (name) => told(contractHead(port, name, stress ?? null)),
      told: (outcome) => told(outcomeLines(outcome, context.paint)),
    })
    .catch((thrown: unknown) => {
      throw asRefusal(specifier, thrown)
    })
  const passed = report.outcomes.every(({ status }) => status !== 'fail')
  if (context.json) context.printJson({ ok: passed, ...report, counts: countsOf(report.outcomes) })
  else context.print(contractSum(report.outcomes))
  return passed ? exitCodes.ok : exitCodes.failed
}

async function load(context: CommandContext, specifier: string): Promise<Readonly<Record<string, unknown>>> {
  return context.deps.importModule(specifier).catch((thrown: unknown) => {
    throw badModule(specifier, messageOf(thrown).split('\n')[0] ?? '', thrown)
  })
}

/** A seed alone asks for stress, too. Without one the time decides, and the report tells it. */
function stressOf({ deps }: CommandContext, { stress, seed, rounds }: ContractFlags): ContractStress | undefined {
  if (stress !== true && seed === undefined && rounds === undefined) return undefined
  return { seed: seed ?? deps.now() % 2 ** 32, rounds: rounds ?? STRESS_ROUNDS }
}

function asRefusal(specifier: string, thrown: unknown): unknown {
  if (!(thrown instanceof Failure)) return thrown
  if (thrown.code === 'usage') return new UsageFailure(thrown.message)
  return thrown.code === 'bad-module' ? badModule(specifier, thrown.message, thrown) : thrown
}

function badModule(specifier: string, why: string, cause: unknown): CliFailure {
  return new CliFailure('bad-module', `cannot check ${specifier}: ${why}`, {
    exitCode: exitCodes.usage,
    notes: [{ label: 'note', text: 'docs/contracts/ tells what each port wants of a harness' }],
    cause,
  })
}

function countsOf(outcomes: readonly ContractOutcome[]): Readonly<Record<ContractOutcome['status'], number>> {
  const count = (wanted: ContractOutcome['status']) => outcomes.filter(({ status }) => status === wanted).length
  return { pass: count('pass'), fail: count('fail'), skip: count('skip') }
}
