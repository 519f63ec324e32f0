import { ConfigView } from '../../application/config-view.js'
import { Gateway } from '../../application/gateway.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** The instance as a whole. */
export const gateway: Module = (bindings) => {
  bindings.constant(tokens.channels, [])
  bindings.factory(tokens.configView, (source) => new ConfigView(source), [tokens.configSource])
  bindings.factory(
    tokens.gateway,
    (
      listener,
      store,
      reception,
      broadcast,
      slowClients,
      desk,
      recovery,
      restartNote,
      healthNews,
      presenceNews,
      configView,
      devices,
      throttle,
      cooldowns,
      trail,
      toolRegistry,
      pendingApprovals,
      channels,
      http,
      clock,
      log,
    ) =>
      new Gateway({
        listener,
        store,
        reception,
        broadcast,
        slowClients,
        desk,
        recovery,
        restartNote,
        healthNews,
        presenceNews,
        configView,
        devices,
        throttle,
        cooldowns,
        trail,
        toolRegistry,
        pendingApprovals,
        channels,
        http,
        clock,
        log: log.child('gateway'),
      }),
    [
      tokens.listener,
      tokens.store,
      tokens.reception,
      tokens.broadcast,
      tokens.slowClients,
      tokens.desk,
      tokens.recovery,
      tokens.restartNote,
      tokens.healthNews,
      tokens.presenceNews,
      tokens.configView,
      tokens.devices,
      tokens.throttle,
      tokens.cooldowns,
      tokens.trail,
      tokens.toolRegistry,
      tokens.pendingApprovals,
      tokens.channels,
      tokens.http,
      tokens.clock,
      tokens.log,
    ],
  )
}
