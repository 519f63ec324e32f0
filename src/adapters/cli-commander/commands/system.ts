import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { ago, table } from '../render/words.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface SystemEventFlags extends SharedFlags {
  readonly text: string
  readonly mode?: 'now' | 'next-heartbeat'
}

interface Heartbeat {
  readonly ts?: number
  readonly status?: string
  readonly preview?: string
  readonly reason?: string
}

interface PresenceRow {
  readonly mode?: string
  readonly host?: string
  readonly ip?: string
  readonly version?: string
  readonly reason?: string
  readonly ts?: number
}

/** `mayros system event`: something happened that the default agent should know. */
export async function systemEvent(context: CommandContext, flags: SystemEventFlags): Promise<number> {
  const mode = flags.mode ?? 'next-heartbeat'
  const result = await asked<unknown>(context, flags, 'wake', { text: flags.text, mode })
  if (context.json) context.printJson(result)
  else context.print(mode === 'now' ? 'told; the agent looks at it now' : 'told; the agent sees it with its next turn')
  return exitCodes.ok
}

/** `mayros system heartbeat last|enable|disable`. */
export async function systemHeartbeat(
  context: CommandContext,
  what: 'last' | 'enable' | 'disable',
  flags: SharedFlags,
): Promise<number> {
  if (what !== 'last') {
    const enabled = what === 'enable'
    const result = await asked<unknown>(context, flags, 'set-heartbeats', { enabled })
    if (context.json) context.printJson(result)
    else context.print(`heartbeats are ${enabled ? 'on' : 'off'} until the gateway restarts`)
    return exitCodes.ok
  }
  const last = await asked<Heartbeat | null>(context, flags, 'last-heartbeat', {})
  if (context.json) context.printJson(last)
  else context.print(last === null ? 'no heartbeat yet' : heartbeatText(last, context.deps.now()))
  return exitCodes.ok
}

/** `mayros system presence`: who is connected. */
export async function systemPresence(context: CommandContext, flags: SharedFlags): Promise<number> {
  const rows = await asked<readonly PresenceRow[]>(context, flags, 'system-presence', {})
  const now = context.deps.now()
  if (context.json) context.printJson(rows)
  else if (rows.length === 0) context.print('nobody is connected')
  else {
    context.print(
      table(
        rows.map((row) => [
          row.mode ?? '',
          row.host ?? '',
          row.ip ?? '',
          row.version ?? '',
          row.ts === undefined ? '' : ago(now - row.ts),
        ]),
      ),
    )
  }
  return exitCodes.ok
}

async function asked<T>(
  context: CommandContext,
  flags: SharedFlags,
  method: string,
  params: Readonly<Record<string, unknown>>,
): Promise<T> {
  const access = await findGateway(context, flags)
  return withGateway(access, (client) => client.call<T>(method, params, { timeoutMs: access.timeoutMs }))
}

function heartbeatText({ ts, status, reason, preview }: Heartbeat, now: number): string {
  return [ts === undefined ? '' : ago(now - ts), status ?? '', reason ?? '', preview ?? ''].filter(Boolean).join('  ')
}
