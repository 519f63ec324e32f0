import { visitorOf } from '../../application/access/visitor.js'
import { Broadcast } from '../../application/connection/broadcast.js'
import { ClientNews } from '../../application/connection/client-news.js'
import { Clients } from '../../application/connection/clients.js'
import { Dispatch } from '../../application/connection/dispatch.js'
import { Hello } from '../../application/connection/hello.js'
import { Reception } from '../../application/connection/reception.js'
import { SlowClients } from '../../application/connection/slow-clients.js'
import { HealthBoard } from '../../application/health/health-board.js'
import { HealthNews } from '../../application/health/health-news.js'
import type { Peer } from '../../application/ports/transport.js'
import { PresenceBoard } from '../../application/presence/presence-board.js'
import { PresenceNews } from '../../application/presence/presence-news.js'
import { heartbeatSettingsOf } from '../../domain/heartbeat/heartbeat-settings.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** Clients, what they are told, and where they are received. */
export const connections: Module = (bindings) => {
  bindings.factory(tokens.clients, () => new Clients(), [])
  bindings.factory(
    tokens.slowClients,
    (clients, limits, clock, metrics, log) =>
      new SlowClients(clients, limits, { clock, metrics, log: log.child('gateway/ws') }),
    [tokens.clients, tokens.slowClientLimits, tokens.clock, tokens.metrics, tokens.log],
  )
  bindings.factory(
    tokens.broadcast,
    (listener, clients, slowClients) => new Broadcast(listener, clients, slowClients),
    [tokens.listener, tokens.clients, tokens.slowClients],
  )
  bindings.factory(tokens.presence, (clock, system) => new PresenceBoard(clock, system), [tokens.clock, tokens.system])
  bindings.factory(
    tokens.presenceNews,
    (board, health, broadcast, clients, clock) => new PresenceNews(board, health, broadcast, clients, clock),
    [tokens.presence, tokens.health, tokens.broadcast, tokens.clients, tokens.clock],
  )
  bindings.factory(
    tokens.health,
    (store, clock, agents, channels, config, live) =>
      new HealthBoard(store, clock, {
        agents,
        channels,
        heartbeatOf: (agentId) => heartbeatSettingsOf(live.config, agentId, agents.defaultAgent.id),
        config,
      }),
    [tokens.store, tokens.clock, tokens.agents, tokens.channels, tokens.configHealth, tokens.live],
  )
  bindings.factory(
    tokens.healthNews,
    (board, presence, broadcast, clock, log) =>
      new HealthNews(board, presence, broadcast, clock, log.child('gateway/health')),
    [tokens.health, tokens.presence, tokens.broadcast, tokens.clock, tokens.log],
  )
  bindings.factory(
    tokens.dispatch,
    (methods, wire, slowClients, clock, metrics, log) =>
      new Dispatch(methods, wire, slowClients, { clock, metrics, log: log.child('gateway/ws') }),
    [tokens.methods, tokens.wire, tokens.slowClients, tokens.clock, tokens.metrics, tokens.log],
  )
  bindings.factory(
    tokens.hello,
    (presence, health, clock, system, keySpace, live, methods, { maxBufferedBytes }) =>
      new Hello(presence, health, clock, { system, keySpace, live, methods: methods.advertised, maxBufferedBytes }),
    [
      tokens.presence,
      tokens.health,
      tokens.clock,
      tokens.system,
      tokens.keySpace,
      tokens.live,
      tokens.methods,
      tokens.slowClientLimits,
    ],
  )
  bindings.factory(
    tokens.clientNews,
    (presence, presenceNews, healthNews, slowClients, broadcast, notices, trail) =>
      new ClientNews({ presence, presenceNews, healthNews, slowClients, broadcast, notices, trail }),
    [
      tokens.presence,
      tokens.presenceNews,
      tokens.healthNews,
      tokens.slowClients,
      tokens.broadcast,
      tokens.notices,
      tokens.trail,
    ],
  )
  bindings.factory(
    tokens.reception,
    (clients, handshake, hello, dispatch, watcher, knocks, rules, wire, clock, ids, log) => {
      const look = (peer: Peer) => visitorOf(peer, rules.current)
      const parts = { clients, handshake, hello, dispatch, watcher, knocks, look }
      return new Reception(parts, { wire, clock, ids, log: log.child('gateway/ws') })
    },
    [
      tokens.clients,
      tokens.handshake,
      tokens.hello,
      tokens.dispatch,
      tokens.clientNews,
      tokens.knocks,
      tokens.accessRules,
      tokens.wire,
      tokens.clock,
      tokens.ids,
      tokens.log,
    ],
  )
}
