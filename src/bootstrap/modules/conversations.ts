import type { Clock } from '../../application/ports/clock.js'
import type { Log } from '../../application/ports/log.js'
import type { Tool } from '../../application/ports/tools.js'
import type { LiveConfig } from '../../application/reload/live-config.js'
import { compactForRuns } from '../../application/runs/compact-for-runs.js'
import { CompactHistory } from '../../application/runs/compact-history.js'
import { compactRequest } from '../../application/runs/compact-request.js'
import { MemoryFlush } from '../../application/runs/memory-flush.js'
import type { RunHooks } from '../../application/runs/run-hooks.js'
import { FreshenSession } from '../../application/sessions/freshen-session.js'
import type { ToolRegistry } from '../../application/tools/tool-registry.js'
import { UsageKeeping } from '../../application/usage/usage-keeping.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { loopRulesOf } from '../../domain/config/loop-rules.js'
import type { RunRequest } from '../../domain/run/run.js'
import { withoutCommands } from '../../domain/session/without-commands.js'
import type { ChatSender } from '../../domain/tools/chat-place.js'
import { situationOfSession } from '../../domain/tools/session-situation.js'
import { toolPolicy } from '../../domain/tools/tool-policy.js'
import type { Module } from '../bindings.js'
import { localZone } from '../local-zone.js'
import { tokens } from '../tokens.js'

/** What takes part in a run besides the model: tools and who may use them, other models, shorter histories. */
export const conversations: Module = (bindings) => {
  bindings.factory(tokens.usageKeeping, (catalog) => new UsageKeeping((model) => catalog.current.find(model)?.cost), [
    tokens.modelCatalog,
  ])
  bindings.factory(
    tokens.compactHistory,
    (store, runner, agents, live, catalog, keeping, clock, ids, log) =>
      new CompactHistory({
        store,
        runner,
        agents,
        settings: () => live.config.agents.defaults.compaction,
        contextCap: () => live.config.agents.defaults.contextTokens,
        windowOf: (model) => catalog.current.find(model)?.contextWindow,
        costsOf: (finish, runId, session, at) => keeping.ofSummary(finish, runId, session, at),
        clock,
        ids,
        log: log.child('agent'),
      }),
    [
      tokens.store,
      tokens.agentRunner,
      tokens.agents,
      tokens.live,
      tokens.modelCatalog,
      tokens.usageKeeping,
      tokens.clock,
      tokens.ids,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.freshenSession,
    (live, clock, ids) => new FreshenSession(() => live.config.session, localZone, { clock, ids }),
    [tokens.live, tokens.clock, tokens.ids],
  )
  bindings.factory(
    tokens.memoryFlush,
    (live, fallbacks, compaction, keeping, store, wire, trail, clock, ids, log) =>
      new MemoryFlush({
        ask: (request, others, signal) => fallbacks.ask(request, others, signal),
        settings: () => live.config.agents.defaults.compaction.memoryFlush,
        isNear: (history, model, marginTokens) => compaction.isNear(history, model, marginTokens),
        prepareHistory: preparedHistory(() => live.config, clock),
        loopRules: (agentId) => loopRulesOf(live.config, agentId),
        spent: (finish, { run, session }) => store.commit(keeping.ofSummary(finish, run.runId, session, clock.now())),
        wire,
        trail,
        clock,
        ids,
        log: log.child('agent'),
      }),
    [
      tokens.live,
      tokens.fallbackRunner,
      tokens.compactHistory,
      tokens.usageKeeping,
      tokens.store,
      tokens.wire,
      tokens.trail,
      tokens.clock,
      tokens.ids,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.runHooks,
    (
      live,
      registry,
      runModels,
      fallbacks,
      compaction,
      bootstrap,
      freshening,
      keeping,
      memoryFlush,
      answers,
      clock,
      log,
    ) => ({
      toolsFor: offeredTools(live, registry, log.child('agent/tools')),
      modelsFor: (facts) => runModels.modelsFor(facts, facts.run.request.model),
      ask: (request, others, signal) => fallbacks.ask(request, others, signal),
      compaction: compactForRuns(compaction),
      keepMemory: (facts) => memoryFlush.keep(facts),
      prepareHistory: preparedHistory(() => live.config, clock),
      freshen: (session) => freshening.freshen(session),
      ensureWorkspace: (agent) => bootstrap.ensureWorkspace(agent),
      modelAnswered: (call, facts, at) => keeping.ofAnswer(call, facts, at),
      ending: (run) => answers.ending(run),
    }),
    [
      tokens.live,
      tokens.toolRegistry,
      tokens.runModels,
      tokens.fallbackRunner,
      tokens.compactHistory,
      tokens.workspaceBootstrap,
      tokens.freshenSession,
      tokens.usageKeeping,
      tokens.memoryFlush,
      tokens.answerDesk,
      tokens.clock,
      tokens.log,
    ],
  )
}

/** The conversation as it goes to a model: no commands, no more than the settings say. */
function preparedHistory(config: () => GatewayConfig, clock: Clock): NonNullable<RunHooks['prepareHistory']> {
  const shortened = compactRequest(config, clock)
  return (history, model, session) => shortened(withoutCommands(history), model, session)
}

/** What the policy in force lets a run use. */
function offeredTools(live: LiveConfig, registry: ToolRegistry, log: Log): NonNullable<RunHooks['toolsFor']> {
  return ({ run, agent, session }, { primary }) => {
    const known = registry.all(agent.id).map(({ tool, toolboxId }) => knownAs(tool, toolboxId))
    const policy = toolPolicy({
      config: live.config,
      agentId: agent.id,
      model: primary,
      isOwner: run.request.isOwner === true,
      known,
      ...situationOfSession(run.sessionKey, session, senderOf(run.request)),
    })
    for (const problem of policy.problems) log.warn('tool policy', { agentId: agent.id, problem })
    return registry.offer(agent.id, (tool, toolboxId) => policy.isOffered(knownAs(tool, toolboxId)))
  }
}

function senderOf({ senderId }: RunRequest): ChatSender | undefined {
  return senderId === undefined ? undefined : { id: senderId }
}

function knownAs(tool: Tool, toolboxId: string) {
  return { name: tool.name, toolboxId, isForOwners: tool.isForOwners === true }
}
