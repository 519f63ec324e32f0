import { parseValueText } from '../../adapters/config-json5/parse-value-text.js'
import { ChatCommands } from '../../application/commands/chat-commands.js'
import { CommandDesk } from '../../application/commands/command-desk.js'
import { CommandRuns } from '../../application/commands/command-runs.js'
import { ResetSession } from '../../application/sessions/reset-session.js'
import type { Module } from '../bindings.js'
import { localZone } from '../local-zone.js'
import { tokens } from '../tokens.js'

/** Messages that are commands to the gateway and not for an agent. */
export const commands: Module = (bindings) => {
  bindings.factory(
    tokens.resetSession,
    (store, keySpace, desk, clock, ids) =>
      new ResetSession(store, keySpace, (key, timeoutMs) => desk.stopSession(key, timeoutMs), { clock, ids }),
    [tokens.store, tokens.keySpace, tokens.desk, tokens.clock, tokens.ids],
  )
  bindings.factory(
    tokens.chatCommands,
    (
      store,
      agents,
      live,
      catalog,
      desk,
      reset,
      compaction,
      configReload,
      approvals,
      configChanges,
      debugOverrides,
      clock,
      ids,
    ) =>
      new ChatCommands({
        store,
        agents,
        config: () => live.config,
        catalog: () => catalog.current,
        desk,
        reset,
        compaction,
        reload: configReload,
        approvals,
        configChanges,
        debugOverrides,
        parseValue: (text) => {
          const parsed = parseValueText(text)
          return parsed === null ? text : parsed.value
        },
        zone: localZone,
        clock,
        ids,
      }),
    [
      tokens.store,
      tokens.agents,
      tokens.live,
      tokens.modelCatalog,
      tokens.desk,
      tokens.resetSession,
      tokens.compactHistory,
      tokens.configReload,
      tokens.pendingApprovals,
      tokens.configChanges,
      tokens.debugOverrides,
      tokens.clock,
      tokens.ids,
    ],
  )
  bindings.factory(
    tokens.commandRuns,
    (chat, store, desk, broadcast, clock, ids, log) =>
      new CommandRuns({ commands: chat, store, desk, broadcast, clock, ids, log: log.child('agent') }),
    [tokens.chatCommands, tokens.store, tokens.desk, tokens.broadcast, tokens.clock, tokens.ids, tokens.log],
  )
  bindings.factory(tokens.commandDesk, (runs, desk, store) => new CommandDesk(runs, desk, store), [
    tokens.commandRuns,
    tokens.desk,
    tokens.store,
  ])
}
