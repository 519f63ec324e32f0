import { type GatewayToolParams, gatewayParams } from '../../../domain/protocol/gateway-tools.js'
import { patchEdits } from '../../config/patch-edits.js'
import { whyNotWritten } from '../../config/why-not-written.js'
import type { Tool, ToolCallContext, ToolOutcome } from '../../ports/tools.js'
import { failed } from '../call-tool.js'
import { jsonOutcome } from '../json-outcome.js'
import type { GatewayToolParts } from './gateway-tool-parts.js'

/** Time for the answer to be on its way, in milliseconds. */
const RESTART_DELAY_MS = 2_000

/** Reading and changing the configuration, and restarting. */
export function gatewayTool(parts: GatewayToolParts): Tool<GatewayToolParams> {
  return {
    name: 'gateway',
    description:
      'Works on the gateway itself: config.get shows its configuration, config.patch changes it, restart restarts it.',
    params: gatewayParams,
    isForOwners: true,
    run: async (params, context) => {
      try {
        return await actions[params.action](parts, params, context)
      } catch (thrown) {
        return failed(`${params.action} failed: ${whyNotWritten(thrown)}.`)
      }
    },
  }
}

type Action = (parts: GatewayToolParts, params: GatewayToolParams, context: ToolCallContext) => Promise<ToolOutcome>

const actions: Readonly<Record<GatewayToolParams['action'], Action>> = {
  'config.get': async ({ changes }, { path }) => {
    const { hash, redactedConfig } = await changes.read()
    if (path === undefined) return jsonOutcome({ hash, config: redactedConfig })
    const value = valueAt(redactedConfig, path.split('.'))
    return value === undefined ? failed(`There is nothing at ${path}.`) : jsonOutcome({ hash, path, value })
  },

  'config.patch': async ({ changes }, { patch, baseHash }, { agentId }) => {
    if (patch === undefined) return failed('config.patch needs a patch.')
    const before = await changes.read()
    const writer = { actor: `agent ${agentId}`, subject: 'gateway' }
    const edits = patchEdits(before.resolved ?? {}, patch)
    const { hash, changed, outcome } = await changes.change(edits, writer, baseHash ?? before.hash)
    const isRestarting = outcome?.kind === 'planned' && outcome.restart !== null
    return jsonOutcome({ hash, changed, isRestarting })
  },

  restart: async ({ reload, config }) => {
    if (!config().commands.restart) return failed('Restarting the gateway is switched off (commands.restart).')
    const follower = reload()
    if (follower === null) return failed('This gateway is part of a program and cannot restart itself.')
    const restart = await follower.restartNow(RESTART_DELAY_MS)
    return restart === null
      ? failed('The gateway could not start with the configuration as it stands; it was not restarted.')
      : jsonOutcome({ isRestarting: true, delayMs: RESTART_DELAY_MS })
  },
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (place, key) =>
      typeof place === 'object' && place !== null && Object.hasOwn(place, key)
        ? (place as Record<string, unknown>)[key]
        : undefined,
    value,
  )
}
