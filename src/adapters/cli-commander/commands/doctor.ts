import { DOCTOR_CHECKS } from '../../../application/doctor/doctor-checks.js'
import type { DoctorTools } from '../../../application/doctor/doctor-tools.js'
import { examine, repairText } from '../../../application/doctor/examine.js'
import type { DoctorResult, Repair } from '../../../application/doctor/finding.js'
import { mend } from '../../../application/doctor/mend.js'
import { type Prompts, PromptsCancelled } from '../../../application/ports/prompts.js'
import { messageOf } from '../../../domain/failure.js'
import type { CliConfig } from '../cli-deps.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { gatherFacts } from '../doctor/gather-facts.js'
import { exitCodes } from '../exit-codes.js'
import { nearest } from '../nearest.js'
import { doctorDocument, doctorLines } from '../render/doctor.js'

export interface DoctorFlags {
  readonly fix?: boolean
  readonly repair?: boolean
  readonly yes?: boolean
  readonly nonInteractive?: boolean
  readonly deep?: boolean
  readonly force?: boolean
  readonly generateGatewayToken?: boolean
  readonly only?: readonly string[]
}

/** `mayros doctor`: finds what is wrong and mends it, when it is told to or allowed to. */
export async function doctor(context: CommandContext, flags: DoctorFlags): Promise<number> {
  const only = onlyThese(flags.only)
  const environment = await context.environment()
  const config = await context.deps.openConfig(environment)
  const tools = await context.deps.openDoctor(environment)
  if (flags.generateGatewayToken === true) await generateToken(context, config, tools)
  const look = async () => {
    const reading = await config.source.read()
    const scene = { context, tools, reading, history: config.history, isDeep: flags.deep === true }
    return examine(await gatherFacts(scene), only)
  }
  const before = await look()
  const mended = await mendAll(context, flags, before, config, tools)
  const results = mended.size === 0 ? before : withFixed(await look(), before, mended)
  if (context.json) context.printJson(doctorDocument(results))
  else context.print(doctorLines(results, environment.home))
  return results.some(({ status }) => status === 'error') ? exitCodes.failed : exitCodes.ok
}

function onlyThese(ids: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (ids === undefined) return undefined
  const known = DOCTOR_CHECKS.map(({ id }) => id)
  for (const id of ids) {
    if (known.includes(id)) continue
    const meant = nearest(id, known)
    throw new UsageFailure(`there is no check ${id}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`)
  }
  return new Set(ids)
}

async function generateToken(context: CommandContext, { source }: CliConfig, tools: DoctorTools): Promise<void> {
  const edit = { path: ['gateway', 'auth', 'token'], value: tools.newToken() }
  const { written } = await source.edit([edit], { origin: { source: 'doctor', actor: '--generate-gateway-token' } })
  context.note(`a new token is in ${written[0] ?? 'the configuration'}; clients need it from now on`)
}

/** Lines of the repairs that were made. */
async function mendAll(
  context: CommandContext,
  flags: DoctorFlags,
  results: readonly DoctorResult[],
  { source }: CliConfig,
  tools: DoctorTools,
): Promise<ReadonlySet<string>> {
  const isTold = flags.fix === true || flags.repair === true || flags.yes === true
  const mayAsk = !isTold && flags.nonInteractive !== true && !context.json && context.deps.stdin.isTTY
  const made = new Set<string>()
  if (!isTold && !mayAsk) return made
  const parts = { tools, source, origin: { source: 'doctor' as const }, force: flags.force === true }
  const prompts = mayAsk ? await context.deps.openPrompts() : null
  for (const { text, repair, question } of repairsOf(results)) {
    const answer = prompts === null ? 'yes' : await answerTo(question, prompts)
    if (answer === 'enough') break
    if (answer === 'no') continue
    try {
      await mend(repair, parts)
      made.add(text)
    } catch (thrown) {
      context.note(`not mended: ${text}: ${messageOf(thrown)}`)
    }
  }
  return made
}

interface NamedRepair {
  readonly text: string
  readonly repair: Repair
  readonly question: string
}

/** Each repair once, whoever asks for it; a restart comes last, when everything else is in its place. */
function repairsOf(results: readonly DoctorResult[]): readonly NamedRepair[] {
  const repairs = new Map<string, NamedRepair>()
  for (const { repair, message, detail } of results) {
    const text = repair === null ? '' : repairText(repair)
    if (repair === null || repairs.has(text)) continue
    repairs.set(text, {
      text,
      repair,
      question: [message, ...(detail === null ? [] : [detail]), `${text}?`].join('\n'),
    })
  }
  const isRestart = ({ repair }: NamedRepair) => repair.kind === 'service' && repair.action === 'restart'
  return [...repairs.values()].sort((one, other) => Number(isRestart(one)) - Number(isRestart(other)))
}

/** Whoever goes away instead of answering wants no more questions; what was mended stays so. */
async function answerTo(question: string, prompts: Prompts): Promise<'yes' | 'no' | 'enough'> {
  try {
    return (await prompts.confirm(question, true)) ? 'yes' : 'no'
  } catch (thrown) {
    if (thrown instanceof PromptsCancelled) return 'enough'
    throw thrown
  }
}

/** What was complained of before and is not any more counts as fixed. */
function withFixed(
  after: readonly DoctorResult[],
  before: readonly DoctorResult[],
  made: ReadonlySet<string>,
): readonly DoctorResult[] {
  const still = new Set(after.map(({ id, message }) => `${id} ${message}`))
  const fixed = before
    .filter(
      ({ id, message, repair }) => repair !== null && made.has(repairText(repair)) && !still.has(`${id} ${message}`),
    )
    .map((result): DoctorResult => ({ ...result, status: 'fixed', repair: null }))
  const fixedIds = new Set(fixed.map(({ id }) => id))
  return [...fixed, ...after.filter(({ id, status }) => status !== 'ok' || !fixedIds.has(id))]
}
