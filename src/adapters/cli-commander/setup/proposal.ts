import { shownChanges } from '../../../application/config/shown-changes.js'
import type { ConfigReading, ConfigWritten } from '../../../application/ports/config-source.js'
import { planSetup, type SetupPlan } from '../../../application/setup/plan-setup.js'
import { type SetUpHome, setUpHome } from '../../../application/setup/set-up-home.js'
import type { SetupAnswers } from '../../../application/setup/setup-answers.js'
import { freeGatewayPort } from '../../../domain/setup/free-gateway-port.js'
import type { CliConfig, CliEnvironment, CliHome } from '../cli-deps.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { changeLine } from '../config/config-changes.js'
import { explainWrite, invalidReport } from '../config/config-report.js'
import { planLine, planOf } from '../config/what-follows.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'

/** What a set-up would write; nothing is written yet. */
export interface Proposal {
  readonly plan: SetupPlan
  readonly before: ConfigReading
  readonly preview: ConfigWritten
  /** For people: a line for every value that changes, then how a running gateway takes it. */
  readonly lines: readonly string[]
  /** Does it. `actor` is the command, for the audit. */
  write(actor: string): Promise<SetUpHome>
}

/** @throws CliFailure `config_invalid` for a configuration that must be mended first, and for one that would be invalid */
export async function propose(context: CommandContext, answers: SetupAnswers): Promise<Proposal> {
  const environment = await context.environment()
  const [config, home] = await Promise.all([context.deps.openConfig(environment), context.deps.openHome(environment)])
  const before = await usable(config, environment)
  const plan = planSetup(answers, {
    resolved: before.resolved,
    hasConfig: before.exists,
    isDev: environment.profile === 'dev',
    hasSecretInEnvironment: ['TOKEN', 'PASSWORD'].some((kind) => isSet(environment, `MAYROS_GATEWAY_${kind}`)),
    ownPort: before.exists ? null : await ownPort(context, environment, home),
    newToken: home.newToken,
  })
  const preview = await explained(config.source.edit(plan.edits, { baseHash: before.hash, dryRun: true }))
  return {
    plan,
    before,
    preview,
    lines: linesOf(plan, before, preview, environment),
    write: (actor) =>
      explained(setUpHome(plan, { stateDir: environment.stateDir, before, actor }, { source: config.source, ...home })),
  }
}

async function usable({ source }: CliConfig, environment: CliEnvironment): Promise<ConfigReading> {
  const reading = await source.read()
  if (reading.problems.length === 0) return reading
  throw new CliFailure('config_invalid', invalidReport(reading, environment.home).join('\n'), {
    exitCode: exitCodes.configuration,
    notes: [{ label: 'fix', text: 'mend the file, or run: mayros doctor --fix' }],
    details: { problems: reading.problems },
  })
}

/** A named profile leaves the usual port to the gateway without a name, and takes that of no other gateway of this user. */
async function ownPort(context: CommandContext, environment: CliEnvironment, home: CliHome): Promise<number | null> {
  const { profile, defaultPort, stateDir } = environment
  if (profile === null || profile === 'dev' || isSet(environment, 'MAYROS_GATEWAY_PORT')) return null
  const others = (await home.files.stateDirectories(environment.home)).filter((directory) => directory !== stateDir)
  const taken = await Promise.all(
    others.map(async (directory) => {
      const configPath = `${directory}/mayros.json`
      const { port } = await context.deps.readConnectionHints({ ...environment, stateDir: directory, configPath })
      const live = await context.deps.readLiveRecord(directory)
      return [port ?? (directory.endsWith('-dev') ? DEV_PORT : defaultPort), live?.port ?? defaultPort]
    }),
  )
  return freeGatewayPort(defaultPort, new Set([defaultPort, ...taken.flat()]))
}

const DEV_PORT = 19_001

function isSet({ variables }: CliEnvironment, name: string): boolean {
  return (variables[name] ?? '').trim() !== ''
}

function linesOf(
  plan: SetupPlan,
  before: ConfigReading,
  preview: ConfigWritten,
  { home, stateDir }: CliEnvironment,
): readonly string[] {
  const changes = shownChanges(before, preview).map(changeLine)
  const variables = plan.variables.map(({ name }) => `${name}: (secret), in ${shortPath(`${stateDir}/.env`, home)}`)
  const follows = before.exists && preview.written.length > 0 ? [planLine(planOf(before, preview))] : []
  return [...changes, ...variables, ...follows]
}

async function explained<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (thrown) {
    throw explainWrite(thrown)
  }
}
