import { HonoHttpApp } from '../../adapters/http-hono/hono-http-app.js'
import { NodeStaticFiles } from '../../adapters/static-files-node/node-static-files.js'
import { Readiness } from '../../application/health/readiness.js'
import { missingChannels } from '../../application/health/required-channels.js'
import { gatewayGauges } from '../../application/metrics/gateway-gauges.js'
import type { Channel } from '../../application/ports/channel.js'
import type { LiveConfig } from '../../application/reload/live-config.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { sizeBytes } from '../../domain/config/size.js'
import type { Module } from '../bindings.js'
import { bundledControlUi } from '../bundled-control-ui.js'
import { tokens } from '../tokens.js'

/** The HTTP endpoints. */
export const http: Module = (bindings) => {
  bindings.factory(
    tokens.http,
    (
      system,
      door,
      agents,
      live,
      completions,
      responses,
      clock,
      log,
      hooks,
      invokeTool,
      store,
      metrics,
      clients,
      desk,
      channels,
      ledger,
      delivery,
    ) => {
      const { version } = system
      const dropsOf = (channel: string, account: string) => ledger.trafficOf(channel, account).drops
      const readiness = new Readiness(store, () => missingChannels(live.config, channels), clock)
      const bundled = bundledControlUi()
      const guarded = {
        door,
        agentIds: () => agents.agents.map(({ id }) => id),
        controlUi: () => controlUiOf(live.config, bundled),
        files: new NodeStaticFiles(),
        chatCompletions: { ...chatPlaceOf(live), completions, clock },
        responses: { ...responsesPlaceOf(live), responses, clock },
        hooks,
        channels: { at: (path: string) => doorAt(channels, path) },
        tools: invokeTool,
        figures: {
          isEnabled: () => live.config.gateway.metrics.enabled,
          needsAuth: () => live.config.gateway.metrics.requireToken,
          page: () => metrics.page(gatewayGauges({ version, clients, desk, delivery, channels, dropsOf })),
        },
      }
      const facts = { version, readiness: () => readiness.judge(), metrics, guarded }
      return new HonoHttpApp(facts, log.child('gateway/http'))
    },
    [
      tokens.system,
      tokens.frontDoor,
      tokens.agents,
      tokens.live,
      tokens.chatCompletions,
      tokens.responses,
      tokens.clock,
      tokens.log,
      tokens.hooks,
      tokens.invokeTool,
      tokens.store,
      tokens.metrics,
      tokens.clients,
      tokens.desk,
      tokens.channels,
      tokens.accountLedger,
      tokens.delivery,
    ],
  )
}

function doorAt(channels: readonly Channel[], path: string) {
  const channel = channels.find(({ httpPaths = [] }) => httpPaths.includes(path))
  const handle = channel?.handle?.bind(channel)
  return handle === undefined ? null : { handle }
}

function chatPlaceOf(live: LiveConfig) {
  const endpoint = () => live.config.gateway.http.endpoints.chatCompletions
  return {
    isEnabled: () => endpoint().enabled,
    maxBodyBytes: () => sizeBytes(endpoint().maxBodyBytes),
    keyScope: () => live.config.session.scope,
  }
}

function responsesPlaceOf(live: LiveConfig) {
  const endpoint = () => live.config.gateway.http.endpoints.responses
  return {
    isEnabled: () => endpoint().enabled,
    maxBodyBytes: () => sizeBytes(endpoint().maxBodyBytes),
    keyScope: () => live.config.session.scope,
  }
}

function controlUiOf({ gateway: { controlUi } }: GatewayConfig, bundled: string | undefined) {
  const { enabled, basePath, root = bundled } = controlUi
  return { isEnabled: enabled, basePath, ...(root === undefined ? {} : { root }) }
}
