import { join } from 'node:path'
import { parseJson5 } from '../../adapters/config-json5/parse-json5.js'
import { MemoryRestartSentinel } from '../../adapters/restart-sentinel-memory/memory-restart-sentinel.js'
import { ConfigChanges } from '../../application/config/config-changes.js'
import { DebugOverrides } from '../../application/config/debug-overrides.js'
import { HotReload } from '../../application/reload/hot-reload.js'
import { RestartNote } from '../../application/reload/restart-note.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** What changes while an instance runs. */
export const reload: Module = (bindings) => {
  bindings.constant(tokens.adjustLog, () => undefined)
  bindings.constant(tokens.configReload, () => null)
  bindings.constant(tokens.configHistory, null)
  bindings.constant(tokens.parseJson5, parseJson5)
  bindings.factory(tokens.restartSentinel, () => new MemoryRestartSentinel(), [])
  bindings.factory(tokens.restartNote, (sentinel, events, keySpace) => new RestartNote(sentinel, events, keySpace), [
    tokens.restartSentinel,
    tokens.systemEvents,
    tokens.keySpace,
  ])
  bindings.factory(
    tokens.configChanges,
    (source, configView, configReload, trail, clock) =>
      new ConfigChanges({ source, configWritten: () => configView.expire(), reload: configReload, trail, clock }),
    [tokens.configSource, tokens.configView, tokens.configReload, tokens.trail, tokens.clock],
  )
  bindings.factory(tokens.debugOverrides, (live, changes) => new DebugOverrides(live, changes), [
    tokens.live,
    tokens.configChanges,
  ])
  bindings.factory(
    tokens.configHealth,
    (live) => () => {
      const { hash, snapshotHash, loadedAt } = live.current
      return { hash, snapshotHash, loadedAt, pendingRestart: [], lastError: null, lastErrors: {} }
    },
    [tokens.live],
  )
  bindings.factory(
    tokens.hotReload,
    (
      live,
      agents,
      system,
      rebuildModels,
      adjustLog,
      desk,
      review,
      store,
      channels,
      cron,
      heartbeatClock,
      healthNews,
      trail,
      log,
    ) =>
      new HotReload({
        live,
        agents,
        defaultWorkspace: join(system.stateDir, 'workspace'),
        rebuildModels,
        adjustLog,
        desk,
        review,
        store,
        channels,
        cron,
        heartbeatClock,
        healthNews,
        trail,
        log: log.child('gateway/reload'),
      }),
    [
      tokens.live,
      tokens.agents,
      tokens.system,
      tokens.rebuildModels,
      tokens.adjustLog,
      tokens.desk,
      tokens.clientReview,
      tokens.store,
      tokens.channelDesk,
      tokens.cronDesk,
      tokens.heartbeatClock,
      tokens.healthNews,
      tokens.trail,
      tokens.log,
    ],
  )
}
