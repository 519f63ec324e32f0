import { ConfigView } from '../../application/config-view.js'
import { Gateway } from '../../application/gateway.js'
import { SessionMaintenance } from '../../application/sessions/session-maintenance.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** The instance as a whole. */
export const gateway: Module = (bindings) => {
  bindings.factory(tokens.configView, (source) => new ConfigView(source), [tokens.configSource])
  bindings.factory(
    tokens.maintenance,
    (store, live, space, agents, ids, clock, log) =>
      new SessionMaintenance({
        store,
        config: () => live.config,
        space,
        agents,
        ids,
        clock,
        log: log.child('sessions'),
      }),
    [tokens.store, tokens.live, tokens.keySpace, tokens.agents, tokens.ids, tokens.clock, tokens.log],
  )
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
      channelDesk,
      maintenance,
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
        channelDesk,
        maintenance,
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
      tokens.channelDesk,
      tokens.maintenance,
      tokens.http,
      tokens.clock,
      tokens.log,
    ],
  )
}
