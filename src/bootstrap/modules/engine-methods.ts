import { agentMethods } from '../../application/methods/agent-methods.js'
import { approvalMethods } from '../../application/methods/approval-methods.js'
import { loginMethods } from '../../application/methods/login-methods.js'
import { metricsMethods } from '../../application/methods/metrics-methods.js'
import { modelMethods } from '../../application/methods/model-methods.js'
import { toolsMethods } from '../../application/methods/tools-methods.js'
import { usageMethods } from '../../application/methods/usage-methods.js'
import type { Module } from '../bindings.js'
import { localZone } from '../local-zone.js'
import { tokens } from '../tokens.js'

/** RPC methods about agents, models, tools and who is asked before they are used. */
export const engineMethods: Module = (bindings) => {
  bindings.factory(
    tokens.modelArea,
    (live, catalog, agents, keys, cooldowns, clock) => modelMethods({ live, catalog, agents, keys, cooldowns, clock }),
    [tokens.live, tokens.modelCatalog, tokens.agents, tokens.providerKeys, tokens.cooldowns, tokens.clock],
  )
  bindings.factory(tokens.approvalArea, (book, pending, trail) => approvalMethods({ book, pending, trail }), [
    tokens.approvalsBook,
    tokens.pendingApprovals,
    tokens.trail,
  ])
  bindings.factory(
    tokens.toolArea,
    (live, registry, agents, space, store) => toolsMethods({ live, registry, agents, space, store }),
    [tokens.live, tokens.toolRegistry, tokens.agents, tokens.keySpace, tokens.store],
  )
  bindings.factory(
    tokens.agentArea,
    (book, agents, files, trail, log) => agentMethods({ book, agents, files, trail, log: log.child('agent') }),
    [tokens.agentBook, tokens.agents, tokens.workspaceFiles, tokens.trail, tokens.log],
  )
  bindings.factory(
    tokens.usageArea,
    (store, space, clock, catalog) =>
      usageMethods({ store, space, clock, zone: localZone, priceOf: (model) => catalog.current.find(model)?.cost }),
    [tokens.store, tokens.keySpace, tokens.clock, tokens.modelCatalog],
  )
  bindings.factory(tokens.loginArea, (tickets, live) => loginMethods({ tickets, live }), [
    tokens.loginTickets,
    tokens.live,
  ])
  bindings.factory(
    tokens.metricsArea,
    (metrics, clients, desk, clock) => metricsMethods({ metrics, clients, desk, clock }),
    [tokens.metrics, tokens.clients, tokens.desk, tokens.clock],
  )
  bindings.factory(tokens.engineAreas, (...areas) => areas, [
    tokens.modelArea,
    tokens.agentArea,
    tokens.approvalArea,
    tokens.toolArea,
    tokens.usageArea,
    tokens.loginArea,
    tokens.metricsArea,
    tokens.pairingArea,
    tokens.sendArea,
    tokens.cronArea,
  ])
}
