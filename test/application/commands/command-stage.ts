import { ChatCommands } from '../../../src/application/commands/chat-commands.js'
import { CommandDesk } from '../../../src/application/commands/command-desk.js'
import type { CommandParts } from '../../../src/application/commands/command-order.js'
import { CommandRuns } from '../../../src/application/commands/command-runs.js'
import { MethodTable } from '../../../src/application/method-table.js'
import { runMethods } from '../../../src/application/methods/run-methods.js'
import { ResetSession } from '../../../src/application/sessions/reset-session.js'
import { type Module, tokens } from '../../../src/bootstrap/index.js'
import { ModelCatalog } from '../../../src/domain/model/catalog.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'

export const KNOWN_MODELS = [
  { provider: 'acme', id: 'small', name: 'Small', contextWindow: 1_000, reasoning: false },
  { provider: 'acme', id: 'large', name: 'Large', contextWindow: 100_000, reasoning: true },
]

type Options = NonNullable<ConstructorParameters<typeof GatewayStage>[0]>

/** A stage whose clients may give commands. */
export async function commandStage(
  changed: Partial<CommandParts> = {},
  { config = {}, ...options }: Options = {},
): Promise<{ readonly stage: GatewayStage; readonly commands: ChatCommands }> {
  let commands: ChatCommands | undefined
  const commanded: Module = (bindings) => {
    bindings.factory(
      tokens.methods,
      (
        areas,
        store,
        agents,
        live,
        desk,
        keySpace,
        clock,
        ids,
        broadcast,
        log,
        approvals,
        configChanges,
        debugOverrides,
      ) => {
        const stopSession = (key: string, timeoutMs: number) => desk.stopSession(key, timeoutMs)
        commands = new ChatCommands({
          store,
          agents,
          config: () => live.config,
          catalog: () => new ModelCatalog({ config: live.config, known: KNOWN_MODELS }),
          desk,
          reset: new ResetSession(store, keySpace, stopSession, { clock, ids }),
          compaction: null,
          reload: () => null,
          approvals,
          configChanges,
          debugOverrides,
          parseValue: (text) => (/^[\d[{"]|^(?:true|false)$/.test(text) ? JSON.parse(text) : text),
          zone: () => 'UTC',
          clock,
          ids,
          ...changed,
        })
        const runs = new CommandRuns({ commands, store, desk, broadcast, clock, ids, log })
        const rows = runMethods({
          desk,
          agents,
          keySpace,
          store,
          clock,
          defaultTimeoutMs: () => 0,
          commands: new CommandDesk(runs, desk, store),
        })
        const mine = new Set(rows.map(({ name }) => name))
        return new MethodTable([areas.flat().filter(({ name }) => !mine.has(name)), rows])
      },
      [
        tokens.methodAreas,
        tokens.store,
        tokens.agents,
        tokens.live,
        tokens.desk,
        tokens.keySpace,
        tokens.clock,
        tokens.ids,
        tokens.broadcast,
        tokens.log,
        tokens.pendingApprovals,
        tokens.configChanges,
        tokens.debugOverrides,
      ],
    )
  }
  const stage = await GatewayStage.open({ ...options, config, modules: [commanded, ...(options.modules ?? [])] })
  return { stage, commands: commands as unknown as ChatCommands }
}
