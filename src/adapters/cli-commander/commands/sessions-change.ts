import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface SessionsChangeFlags extends SharedFlags {
  readonly yes?: boolean
}

interface Changed {
  readonly key?: string
  readonly deleted?: boolean
  readonly entry?: { readonly sessionId?: string }
}

/** `mayros sessions reset|delete <key>`. Asks, unless it is told not to; main sessions cannot be deleted. */
export async function sessionsChange(
  context: CommandContext,
  what: 'reset' | 'delete',
  key: string,
  flags: SessionsChangeFlags,
): Promise<number> {
  if (flags.yes !== true) await ask(context, `${what} ${key}?`)
  const access = await findGateway(context, flags)
  const changed = await withGateway(access, (client) =>
    client.call<Changed>(`sessions.${what}`, { key }, { timeoutMs: access.timeoutMs }),
  )
  if (what === 'delete' && changed.deleted === false) {
    throw new CliFailure('not_found', `there is no session ${key}; see: mayros sessions`)
  }
  if (context.json) context.printJson({ ok: true, action: what, key: changed.key ?? key })
  else context.print(`${what === 'reset' ? 'began anew' : 'deleted'} ${changed.key ?? key}; what was said is archived`)
  return exitCodes.ok
}

async function ask({ deps }: CommandContext, question: string): Promise<void> {
  if (!deps.stdin.isTTY) throw new UsageFailure('nobody can be asked here; add --yes')
  deps.stderr.write(`${question} [y/N] `)
  const answer = await deps.stdin.readLine()
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFailure('declined', 'nothing was changed')
}
