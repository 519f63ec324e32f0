import type { CommandContext } from '../command-context.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

/** Whether the gateway of this configuration answers. */
export interface GatewayCheck {
  readonly ok: boolean
  /** In one line, for people. */
  readonly text: string
}

const TIMEOUT_MS = 3_000

/** Asks the gateway for its health; never rejects because there is none. Null: it does not run, so there is none to ask. */
export async function checkGateway(context: CommandContext): Promise<GatewayCheck | null> {
  const environment = await context.environment()
  const [record, hints] = await Promise.all([
    context.deps.readLiveRecord(environment.stateDir),
    context.deps.readConnectionHints(environment),
  ])
  if (record === null && hints.mode !== 'remote') return null
  try {
    const access = await findGateway(context, { timeout: TIMEOUT_MS })
    const { ok } = await withGateway(access, (client) =>
      client.call<{ readonly ok: boolean }>('health', {}, { timeoutMs: TIMEOUT_MS }),
    )
    return {
      ok,
      text: ok ? `gateway healthy at ${access.target.url}` : `the gateway at ${access.target.url} is not well`,
    }
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    return { ok: false, text: thrown.message }
  }
}
