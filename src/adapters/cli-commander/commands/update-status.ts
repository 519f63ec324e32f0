import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { ago } from '../render/words.js'
import { factsOf, knownUpdate, rememberUpdate, type UpdateFacts } from '../update/known-update.js'

export interface UpdateStatusFlags {
  /** Seconds. */
  readonly timeout?: number
}

const TIMEOUT_SECONDS = 3

/** `mayros update status`: asks the package registry. Without an answer what was known before stands, and it is no error. */
export async function updateStatus(context: CommandContext, flags: UpdateStatusFlags): Promise<number> {
  const { deps } = context
  const latest = await deps.latestVersion((flags.timeout ?? TIMEOUT_SECONDS) * 1000)
  if (latest !== null) await rememberUpdate(context, latest)
  const facts = latest === null ? await knownUpdate(context) : factsOf(context, latest, deps.now())
  const { kind, update } = deps.installation()
  if (context.json) {
    const checkedAt = facts.checkedAt === null ? null : new Date(facts.checkedAt).toISOString()
    context.printJson({ ...facts, installKind: kind, checkedAt, hasAnswered: latest !== null })
  } else {
    context.print([`Version  ${facts.version} (${kind})`, `Newest   ${newestText(facts, deps.now())}`])
    if (facts.available) context.print(`Update   ${update}, then: mayros gateway restart`)
  }
  return exitCodes.ok
}

function newestText({ latest, available, checkedAt }: UpdateFacts, now: number): string {
  if (latest === null || checkedAt === null) return 'unknown'
  const news = available ? 'available' : 'nothing newer'
  return `${latest}, ${news} (asked ${ago(now - checkedAt)})`
}
