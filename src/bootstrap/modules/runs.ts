import { join } from 'node:path'
import { FileDocument } from '../../adapters/document-file/file-document.js'
import { RunAgentCalls } from '../../application/agent-calls/run-agent-calls.js'
import { HeartbeatClock } from '../../application/heartbeat/heartbeat-clock.js'
import { Heartbeats } from '../../application/heartbeat/heartbeats.js'
import { SystemEvents } from '../../application/heartbeat/system-events.js'
import { noteChanges } from '../../application/metrics/note-changes.js'
import { DeskReference } from '../../application/runs/desk-reference.js'
import { ExecuteRun } from '../../application/runs/execute-run.js'
import { InterruptionNotices } from '../../application/runs/interruption-notices.js'
import { RecoverRuns } from '../../application/runs/recover-runs.js'
import { RunDesk } from '../../application/runs/run-desk.js'
import { RevisionedStore } from '../../application/sessions/revisioned-store.js'
import { loopRulesOf } from '../../domain/config/loop-rules.js'
import { laneCapsOf } from '../../domain/run/queue-lane.js'
import type { Module } from '../bindings.js'
import { localZone } from '../local-zone.js'
import { tokens } from '../tokens.js'

/** From an accepted message to a stored answer. */
export const runs: Module = (bindings) => {
  bindings.factory(
    tokens.store,
    (store, metrics, outboxNews) =>
      new RevisionedStore(store, (changes) => {
        noteChanges(changes, metrics)
        outboxNews.committed(changes)
      }),
    [tokens.sessionStore, tokens.metrics, tokens.outboxNews],
  )
  bindings.factory(tokens.eventsDocument, ({ stateDir }) => new FileDocument(join(stateDir, 'system-events.json')), [
    tokens.system,
  ])
  bindings.factory(
    tokens.systemEvents,
    (document, log) => new SystemEvents({ document, log: log.child('gateway/heartbeat') }),
    [tokens.eventsDocument, tokens.log],
  )
  bindings.factory(tokens.stage, (broadcast, clients, clock) => ({ broadcast, clients, clock }), [
    tokens.broadcast,
    tokens.clients,
    tokens.clock,
  ])
  bindings.factory(
    tokens.executeRun,
    (store, runner, agents, systemEvents, hooks, live, wire, trail, clock, ids, log) =>
      new ExecuteRun({
        store,
        runner,
        agents,
        systemEvents,
        hooks,
        wire,
        trail,
        clock,
        ids,
        log: log.child('agent'),
        defaultTimeoutMs: () => live.config.agents.defaults.timeoutSeconds * 1000,
        loopRules: (agentId) => loopRulesOf(live.config, agentId),
      }),
    [
      tokens.store,
      tokens.agentRunner,
      tokens.agents,
      tokens.systemEvents,
      tokens.runHooks,
      tokens.live,
      tokens.wire,
      tokens.trail,
      tokens.clock,
      tokens.ids,
      tokens.log,
    ],
  )
  bindings.factory(tokens.deskReference, () => new DeskReference(), [])
  bindings.factory(
    tokens.desk,
    (store, execution, stage, live, clock, ids, log, reference, metrics) => {
      const desk = new RunDesk({
        store,
        execution,
        stage,
        clock,
        ids,
        log: log.child('agent'),
        lanes: laneCapsOf(live.config),
        queue: () => live.config.messages.queue,
      })
      desk.whenEnded((_, { state, startedAt, endedAt }) => {
        metrics.runEnded(state, startedAt === undefined ? null : endedAt - startedAt)
      })
      return reference.use(desk)
    },
    [
      tokens.store,
      tokens.executeRun,
      tokens.stage,
      tokens.live,
      tokens.clock,
      tokens.ids,
      tokens.log,
      tokens.deskReference,
      tokens.metrics,
    ],
  )
  bindings.factory(tokens.agentCalls, (desk, ids) => new RunAgentCalls(desk, ids), [tokens.desk, tokens.ids])
  bindings.factory(tokens.notices, (clock) => new InterruptionNotices(clock), [tokens.clock])
  bindings.factory(
    tokens.recovery,
    (store, desk, notices, answers, clock, ids, log) =>
      new RecoverRuns(store, desk, notices, {
        clock,
        ids,
        log: log.child('agent'),
        endingOf: (run, error) =>
          answers.ending({ run, state: 'interrupted', error, outcome: { text: '', sessionId: '' } }),
      }),
    [tokens.store, tokens.desk, tokens.notices, tokens.answerDesk, tokens.clock, tokens.ids, tokens.log],
  )
  bindings.factory(
    tokens.heartbeats,
    (desk, broadcast, store, agents, space, live, deliver, clock, ids, log) =>
      new Heartbeats({
        desk,
        broadcast,
        store,
        agents,
        space,
        config: () => live.config,
        deliver,
        clock,
        ids,
        log: log.child('gateway/heartbeat'),
      }),
    [
      tokens.desk,
      tokens.broadcast,
      tokens.store,
      tokens.agents,
      tokens.keySpace,
      tokens.live,
      tokens.deliver,
      tokens.clock,
      tokens.ids,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.heartbeatClock,
    (heartbeats, systemEvents, agents, desk, files, clock, log) =>
      new HeartbeatClock({
        heartbeats,
        systemEvents,
        agents,
        desk,
        files,
        localZone,
        clock,
        log: log.child('gateway/heartbeat'),
      }),
    [
      tokens.heartbeats,
      tokens.systemEvents,
      tokens.agents,
      tokens.desk,
      tokens.workspaceFiles,
      tokens.clock,
      tokens.log,
    ],
  )
}
