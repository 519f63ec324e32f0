import { MethodTable } from '../../application/method-table.js'
import { auditMethods } from '../../application/methods/audit-methods.js'
import { channelMethods } from '../../application/methods/channel-methods.js'
import { configMethods } from '../../application/methods/config-methods.js'
import { describeMethods } from '../../application/methods/describe-methods.js'
import { deviceMethods } from '../../application/methods/device-methods.js'
import { emptyViews } from '../../application/methods/empty-views.js'
import { historyMethods } from '../../application/methods/history-methods.js'
import { nodeMethods } from '../../application/methods/node-methods.js'
import { runMethods } from '../../application/methods/run-methods.js'
import { sessionMethods } from '../../application/methods/session-methods.js'
import { stateMethods } from '../../application/methods/state-methods.js'
import { statusMethod } from '../../application/methods/status-method.js'
import { sessionModel } from '../../application/sessions/session-model.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Window assumed for models that do not say, in tokens. */
const CONTEXT_TOKENS = 200_000

/** Every RPC method, by area. Adding one: a row in its area's file, or an area here. */
export const methods: Module = (bindings) => {
  bindings.constant(tokens.moreMethods, [])
  bindings.factory(
    tokens.methodAreas,
    (
      health,
      healthNews,
      presence,
      presenceNews,
      heartbeats,
      systemEvents,
      agents,
      keySpace,
      runner,
      logReader,
      configView,
      channels,
      clock,
      store,
      desk,
      ids,
      log,
      broadcast,
      live,
      system,
      source,
      configHistory,
      configReload,
      sentinel,
      parseJson5,
      devices,
      clients,
      trail,
      engineAreas,
      catalog,
      compactHistory,
      commands,
      channelFacts,
      moreMethods,
    ) => {
      const defaults = () => live.config.agents.defaults
      const contextTokens = () => defaults().contextTokens ?? CONTEXT_TOKENS
      const defaultTimeoutMs = () => defaults().timeoutSeconds * 1000
      const defaultThinkingLevel = () => defaults().thinkingDefault ?? 'off'
      const space = keySpace
      const stopSession = (key: string, timeoutMs: number) => desk.stopSession(key, timeoutMs)
      return [
        stateMethods({
          health,
          healthNews,
          presence,
          presenceNews,
          heartbeats,
          systemEvents,
          agents,
          keySpace,
          runner,
          logReader,
          configView,
          live,
        }),
        configMethods({
          source,
          history: configHistory,
          configView,
          get reload() {
            return configReload()
          },
          sentinel,
          keySpace,
          parseJson5,
          clock,
          system,
          trail,
        }),
        channelMethods({ channels, clock, factsOf: channelFacts }),
        [statusMethod({ store, agents, channels, systemEvents, heartbeats, clock, contextTokens })],
        sessionMethods({
          store,
          space,
          agents,
          models: () => catalog.current,
          summaries: { history: compactHistory, modelOf: (session) => sessionModel(session, agents) },
          contextTokens,
          stopSession,
          clock,
          ids,
          log,
        }),
        runMethods({ desk, agents, keySpace, store, clock, defaultTimeoutMs, commands }),
        historyMethods({ store, space, broadcast, clock, ids, defaultThinkingLevel }),
        deviceMethods({ devices, clients }),
        nodeMethods({ devices, clients, clock }),
        auditMethods(trail),
        ...engineAreas,
        emptyViews({ agents, system }),
        moreMethods,
      ]
    },
    [
      tokens.health,
      tokens.healthNews,
      tokens.presence,
      tokens.presenceNews,
      tokens.heartbeats,
      tokens.systemEvents,
      tokens.agents,
      tokens.keySpace,
      tokens.agentRunner,
      tokens.logReader,
      tokens.configView,
      tokens.channels,
      tokens.clock,
      tokens.store,
      tokens.desk,
      tokens.ids,
      tokens.log,
      tokens.broadcast,
      tokens.live,
      tokens.system,
      tokens.configSource,
      tokens.configHistory,
      tokens.configReload,
      tokens.restartSentinel,
      tokens.parseJson5,
      tokens.devices,
      tokens.clients,
      tokens.trail,
      tokens.engineAreas,
      tokens.modelCatalog,
      tokens.compactHistory,
      tokens.commandDesk,
      tokens.channelFacts,
      tokens.moreMethods,
    ],
  )
  bindings.factory(
    tokens.methods,
    (areas) => {
      const table: MethodTable = new MethodTable([...areas, describeMethods(() => table)])
      return table
    },
    [tokens.methodAreas],
  )
}
