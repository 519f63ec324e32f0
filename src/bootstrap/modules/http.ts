import { HonoHttpApp } from '../../adapters/http-hono/hono-http-app.js'
import { NodeStaticFiles } from '../../adapters/static-files-node/node-static-files.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** The HTTP endpoints. */
export const http: Module = (bindings) => {
  bindings.factory(
    tokens.http,
    (system, door, agents, live, log) => {
      const guarded = {
        door,
        agentIds: () => agents.agents.map(({ id }) => id),
        controlUi: () => controlUiOf(live.config),
        files: new NodeStaticFiles(),
      }
      return new HonoHttpApp({ version: system.version, isReady: () => true, guarded }, log.child('gateway/http'))
    },
    [tokens.system, tokens.frontDoor, tokens.agents, tokens.live, tokens.log],
  )
}

function controlUiOf({ gateway: { controlUi } }: GatewayConfig) {
  const { enabled, basePath, root } = controlUi
  return { isEnabled: enabled, basePath, ...(root === undefined ? {} : { root }) }
}
