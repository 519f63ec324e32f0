import type { ConfigReading } from '../../../application/ports/config-source.js'
import { ClientFailure, type GatewayClient } from '../../../application/ports/gateway-client.js'
import { planReload, type ReloadPlan } from '../../../domain/reload/plan-reload.js'
import { formatReloadAction } from '../../../domain/reload/reload-action.js'
import type { CommandContext } from '../command-context.js'
import { findGateway } from '../target/gateway-access.js'
import { awaitReload } from './await-reload.js'

/** How a change comes into force; for programs as well. */
export interface WhatFollows {
  readonly mode: string | null
  readonly kind: ReloadPlan['kind'] | 'unknown'
  /** Values that are taken over at once. */
  readonly hot: readonly string[]
  /** Work beside the new snapshot: `auth`, `channel telegram`. */
  readonly actions: readonly string[]
  readonly restart: readonly string[]
  readonly pending: readonly string[]
}

/** What the change would do to a gateway that runs on the configuration before. */
export function planOf(before: ConfigReading, after: ConfigReading): WhatFollows {
  if (before.config === null || after.config === null) {
    return { mode: null, kind: 'unknown', hot: [], actions: [], restart: [], pending: [] }
  }
  const plan = planReload(before.config, after.config)
  const hot = plan.changed.filter(({ fate }) => fate === 'applied').map(({ path }) => path)
  const actions = plan.hot.map(({ action }) => formatReloadAction(action))
  return {
    mode: plan.mode,
    kind: plan.kind,
    hot,
    actions,
    restart: plan.restart,
    pending: [...plan.pending, ...plan.ignored],
  }
}

/** `would be applied at once (auth)`; for dry runs. */
export function planLine({ kind, actions, restart, pending, mode }: WhatFollows): string {
  switch (kind) {
    case 'hot':
      return [
        `would be applied at once${actions.length === 0 ? '' : ` (${actions.join(', ')})`}`,
        ...(pending.length === 0 ? [] : [`waits for a restart: ${pending.join(', ')}`]),
      ].join('; ')
    case 'restart':
      return `would restart the gateway (${restart.join(', ')})`
    case 'pending':
      return `would wait for a restart by hand, reload mode is ${mode} (${pending.join(', ')})`
    case 'off':
      return `would not be applied before the next start, reload mode is off (${pending.join(', ')})`
    case 'nothing':
      return 'would change nothing for a running gateway'
    case 'unknown':
      return 'what it would do to a running gateway cannot be told: the configuration is not valid here'
  }
}

/** Waits for the running gateway, if there is one, and tells what became of the change. */
export async function outcomeLine(context: CommandContext, plan: WhatFollows, written: ConfigReading): Promise<string> {
  const environment = await context.environment()
  const record = await context.deps.readLiveRecord(environment.stateDir)
  if (record === null) return 'gateway not running'
  if (plan.kind === 'nothing') return 'nothing to apply'
  if (plan.kind === 'off') return 'not applied, reload mode is off'
  if (plan.kind === 'pending') return `pending, reload mode is ${plan.mode}`
  if (plan.kind === 'restart') return `restarts the gateway (${plan.restart.join(', ')})`
  const waiting = plan.pending.length === 0 ? [] : [`waits for a restart: ${plan.pending.join(', ')}`]
  return heard(context, written, waiting)
}

async function heard(context: CommandContext, written: ConfigReading, waiting: readonly string[]): Promise<string> {
  const { deps } = context
  try {
    const client = await opened(context, LOGIN_ATTEMPTS)
    try {
      const news = await awaitReload(client, written, { now: deps.now, pause: deps.pause })
      if (news.kind === 'applied') return ['applied now', ...waiting].join('; ')
      if (news.kind === 'pending') return `pending until the gateway restarts (${news.paths.join(', ')})`
      return news.kind === 'kept' ? `not applied: ${news.reason}` : UNHEARD
    } finally {
      await client.close()
    }
  } catch (thrown) {
    if (thrown instanceof ClientFailure) return UNHEARD
    throw thrown
  }
}

const LOGIN_ATTEMPTS = 3
const LOGIN_PAUSE_MS = 700

/** Where the change is the credential, the gateway takes the new one only after it has noticed. */
async function opened(context: CommandContext, attempts: number): Promise<GatewayClient> {
  const access = await findGateway(context, { timeout: 3_000 })
  try {
    return await access.open()
  } catch (thrown) {
    if (attempts <= 1 || !(thrown instanceof ClientFailure) || thrown.code !== 'unauthorized') throw thrown
    await context.deps.pause(LOGIN_PAUSE_MS)
    return opened(context, attempts - 1)
  }
}

const UNHEARD = 'written; the gateway has not confirmed it yet, see: mayros gateway status'
