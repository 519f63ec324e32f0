import type { CommandContext } from '../command-context.js'
import { isNewer } from './newer-version.js'

/** What is known about newer versions. */
export interface UpdateFacts {
  /** Of this program. */
  readonly version: string
  /** Null = nobody has asked yet, or nobody answered. */
  readonly latest: string | null
  readonly available: boolean
  /** Unix milliseconds; null = never. */
  readonly checkedAt: number | null
}

/** What the last check found. Asks nobody: only `mayros update status` does. */
export async function knownUpdate(context: CommandContext): Promise<UpdateFacts> {
  const text = await context.deps.readFile(await noteOf(context)).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'EACCES') return ''
    throw thrown
  })
  const [, latest = null, checkedAt = null] = /^(\S+) (\d+)\n$/.exec(text) ?? []
  return factsOf(context, latest, checkedAt === null ? null : Number(checkedAt))
}

/** Keeps what a check found, for those who only want to know. Nothing is kept where nothing was set up yet. */
export async function rememberUpdate(context: CommandContext, latest: string): Promise<void> {
  const { exists } = await context.deps.readConnectionHints(await context.environment())
  if (!exists) return
  await context.deps.writeText(await noteOf(context), `${latest} ${context.deps.now()}\n`)
}

export function factsOf(context: CommandContext, latest: string | null, checkedAt: number | null): UpdateFacts {
  const { version } = context.deps
  return { version, latest, available: latest !== null && isNewer(latest, version), checkedAt }
}

async function noteOf(context: CommandContext): Promise<string> {
  return `${(await context.environment()).stateDir}/run/latest-version`
}
