import { CliFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type SessionFacts, sessionLines, sessionsDocument } from '../render/sessions.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface SessionsListFlags extends SharedFlags {
  /** Minutes. */
  readonly active?: number
  readonly agent?: string
  readonly limit?: number
  readonly offline?: boolean
}

interface Listing {
  readonly path: string | null
  readonly sessions: readonly SessionFacts[]
}

/** `mayros sessions`: conversations, newest first. */
export async function sessionsList(context: CommandContext, flags: SessionsListFlags): Promise<number> {
  const { path, sessions } = flags.offline === true ? await fromStore(context, flags) : await overRpc(context, flags)
  const now = context.deps.now()
  if (context.json) context.printJson(sessionsDocument({ path, sessions, now, activeMinutes: flags.active ?? null }))
  else context.print(sessionLines(sessions, now))
  return exitCodes.ok
}

async function overRpc(context: CommandContext, flags: SessionsListFlags): Promise<Listing> {
  const access = await findGateway(context, flags)
  return withGateway(access, (client) =>
    client.call<Listing>('sessions.list', queryOf(flags), { timeoutMs: access.timeoutMs }),
  )
}

function queryOf({ active, agent, limit }: SessionsListFlags): Record<string, unknown> {
  return {
    includeGlobal: true,
    ...(active === undefined ? {} : { activeMinutes: active }),
    ...(agent === undefined ? {} : { agentId: agent }),
    ...(limit === undefined ? {} : { limit }),
  }
}

/** A store that a gateway has open is the gateway's: it is asked instead. */
async function fromStore(context: CommandContext, flags: SessionsListFlags): Promise<Listing> {
  const { deps } = context
  const environment = await context.environment()
  const record = await deps.readLiveRecord(environment.stateDir)
  if (record !== null) {
    throw new CliFailure('busy', `a gateway uses this store (pid ${record.pid}); leave --offline out`)
  }
  const since = flags.active === undefined ? {} : { updatedSince: deps.now() - flags.active * 60_000 }
  return deps.readSessions(environment, {
    includeGlobal: true,
    ...since,
    ...(flags.agent === undefined ? {} : { agentId: flags.agent }),
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
  })
}
