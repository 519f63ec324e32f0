import { DOCTOR_CHECKS } from '../../../application/doctor/doctor-checks.js'
import type { DoctorTools } from '../../../application/doctor/doctor-tools.js'
import { examine, repairText } from '../../../application/doctor/examine.js'
import type { DoctorResult, Repair } from '../../../application/doctor/finding.js'
import { mend } from '../../../application/doctor/mend.js'
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
  else context.print(doctorLines(results))
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
  for (const [text, { repair, message }] of repairsOf(results)) {
    if (mayAsk && !(await agrees(message, text))) continue
    try {
      await mend(repair, parts)
      made.add(text)
    } catch (thrown) {
      context.note(`not mended: ${text}: ${messageOf(thrown)}`)
    }
  }
  return made
}

/** Each repair once, whoever asks for it. */
function repairsOf(results: readonly DoctorResult[]): ReadonlyMap<string, { repair: Repair; message: string }> {
  return new Map(
    results.flatMap(({ repair, message }) => (repair === null ? [] : [[repairText(repair), { repair, message }]])),
  )
}

async function agrees(message: string, text: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message: `${message}\n${text}?` })
  return !isCancel(answer) && answer
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
