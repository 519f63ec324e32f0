import { Failure, messageOf } from '../../../src/domain/failure.js'
import { agentRunnerContract } from '../agent-runner.contract.js'
import { auditTrailContract } from '../audit-trail.contract.js'
import { channelContract } from '../channel.contract.js'
import { clockContract } from '../clock.contract.js'
import { configSourceContract } from '../config-source.contract.js'
import { documentContract } from '../document.contract.js'
import { logContract } from '../log.contract.js'
import { sessionStoreContract } from '../session-store.contract.js'
import { supervisorContract } from '../supervisor.contract.js'
import { toolboxContract } from '../toolbox.contract.js'
import { transportContract } from '../transport.contract.js'
import type { Contract, ContractHarness, ContractPort, StressOptions } from './contract.js'
import { type Outcome, runContract } from './run-contract.js'

/** Every contract by the name of its port. */
export const CONTRACTS = {
  transport: transportContract,
  'session-store': sessionStoreContract,
  'agent-runner': agentRunnerContract,
  'config-source': configSourceContract,
  channel: channelContract,
  log: logContract,
  clock: clockContract,
  'audit-trail': auditTrailContract,
  document: documentContract,
  supervisor: supervisorContract,
  toolbox: toolboxContract,
} as const satisfies Record<ContractPort, unknown>

/** What a module that is to be checked exports as `default` or `harness`: a harness, or a function that makes one. */
export type HarnessExport<Harness> = Harness | ((settings: HarnessSettings) => Harness | Promise<Harness>)

/** What a function that makes a harness is told. */
export interface HarnessSettings {
  readonly stress?: StressOptions
}

/** How a module is checked. */
export interface CheckOptions {
  /** Only these guarantees. */
  readonly only?: readonly string[]
  /** More guarantees to skip: id → reason. */
  readonly skip?: Readonly<Record<string, string>>
  readonly stress?: StressOptions
  /** Told of the adapter's name before anything is checked. */
  readonly begun?: (name: string) => void
  /** Told of every outcome as it comes. */
  readonly told?: (outcome: Outcome) => void
}

/** What became of a contract. */
export interface ContractReport {
  readonly port: string
  readonly name: string
  readonly stress: StressOptions | null
  readonly outcomes: readonly Outcome[]
}

/**
 * Holds the adapter of a module to its contract.
 * @param module the namespace of the module
 * @throws Failure `bad-module` when it exports no harness of this port, `usage` when a guarantee is named that is none
 */
export async function checkModule(
  port: string,
  module: Readonly<Record<string, unknown>>,
  options: CheckOptions = {},
): Promise<ContractReport> {
  const contract = contractOf(port)
  const { only, skip, stress, begun, told } = options
  for (const id of [...(only ?? []), ...Object.keys(skip ?? {})]) requireGuarantee(contract, id)
  const harness = contract.complete(await harnessOf(module, stress === undefined ? {} : { stress }))
  requireMembers(contract, harness)
  refuseUnknownSkips(contract, harness)
  begun?.(harness.name)
  const outcomes = await runContract(contract, harness, {
    ...(only === undefined ? {} : { only }),
    ...(skip === undefined ? {} : { skip }),
    ...(stress === undefined ? {} : { stress }),
    ...(told === undefined ? {} : { told }),
  })
  return { port, name: harness.name, stress: stress ?? null, outcomes }
}

function contractOf(port: string): Contract<ContractHarness> {
  const contracts = CONTRACTS as unknown as Readonly<Record<string, Contract<ContractHarness>>>
  const contract = Object.hasOwn(contracts, port) ? contracts[port] : undefined
  if (contract !== undefined) return contract
  throw new Failure(
    'usage',
    `there is no contract for "${port}"; there is one for: ${Object.keys(contracts).join(', ')}`,
  )
}

function requireGuarantee({ port, guarantees }: Contract<ContractHarness>, id: string): void {
  if (Object.hasOwn(guarantees, id)) return
  throw new Failure('usage', `the ${port} contract has no guarantee ${id}; see docs/contracts/${port}.md`)
}

async function harnessOf(
  module: Readonly<Record<string, unknown>>,
  settings: HarnessSettings,
): Promise<ContractHarness> {
  const exported = module.default ?? module.harness
  const made = typeof exported === 'function' ? await call(exported, settings) : exported
  if (typeof made === 'object' && made !== null) return made as ContractHarness
  throw new Failure('bad-module', 'it exports neither a harness nor a function that makes one, as default or `harness`')
}

async function call(make: unknown, settings: HarnessSettings): Promise<unknown> {
  try {
    return await (make as (settings: HarnessSettings) => unknown)(settings)
  } catch (thrown) {
    throw new Failure('bad-module', `the function that makes its harness failed: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
}

function requireMembers({ port, members }: Contract<ContractHarness>, harness: ContractHarness): void {
  if (typeof harness.name !== 'string' || harness.name === '') {
    throw new Failure('bad-module', `its harness has no name; a harness of ${port} has name, ${members.join(', ')}`)
  }
  const record = harness as unknown as Readonly<Record<string, unknown>>
  const missing = members.filter((member) => typeof record[member] !== 'function')
  if (missing.length === 0) return
  throw new Failure('bad-module', `its harness is none of ${port}: it has no function ${missing.join(', ')}`)
}

function refuseUnknownSkips(contract: Contract<ContractHarness>, harness: ContractHarness): void {
  try {
    contract.skips(harness)
  } catch (thrown) {
    throw new Failure('bad-module', `its harness skips wrongly: ${messageOf(thrown)}`, { cause: thrown })
  }
}
