import { join } from 'node:path'
import { NodeHookTransforms } from '../../adapters/hook-transforms-node/node-hook-transforms.js'
import { AgentHook } from '../../application/hooks/agent-hook.js'
import { HookDoor } from '../../application/hooks/hook-door.js'
import { HookEndings } from '../../application/hooks/hook-endings.js'
import { Hooks } from '../../application/hooks/hooks.js'
import { WakeHook } from '../../application/hooks/wake-hook.js'
import { InvokeTool } from '../../application/tools/invoke-tool.js'
import type { Module } from '../bindings.js'
import { tokens } from '../tokens.js'

/** What other programs may start and use over HTTP: webhooks, and single calls of tools. */
export const hooks: Module = (bindings) => {
  bindings.factory(tokens.hookTransforms, (clock) => new NodeHookTransforms(clock), [tokens.clock])
  bindings.factory(
    tokens.hookDoor,
    (live, rules, addresses, secrets, trail, clock) => new HookDoor({ live, rules, addresses, secrets, trail, clock }),
    [tokens.live, tokens.accessRules, tokens.addresses, tokens.secrets, tokens.trail, tokens.clock],
  )
  bindings.factory(
    tokens.wakeHook,
    (systemEvents, heartbeats, keySpace, ids) => new WakeHook({ systemEvents, heartbeats, keySpace, ids }),
    [tokens.systemEvents, tokens.heartbeats, tokens.keySpace, tokens.ids],
  )
  bindings.factory(
    tokens.hookEndings,
    (systemEvents, heartbeats, keySpace, deliver, clock, log) =>
      new HookEndings({ systemEvents, heartbeats, keySpace, deliver, clock, log: log.child('gateway/hooks') }),
    [tokens.systemEvents, tokens.heartbeats, tokens.keySpace, tokens.deliver, tokens.clock, tokens.log],
  )
  bindings.factory(
    tokens.agentHook,
    (desk, endings, store, agents, models, keySpace, live, ids, secrets) => {
      desk.whenEnded((record, final) => endings.ended(record, final))
      return new AgentHook({ desk, store, agents, models, keySpace, live, ids, secrets })
    },
    [
      tokens.desk,
      tokens.hookEndings,
      tokens.store,
      tokens.agents,
      tokens.runModels,
      tokens.keySpace,
      tokens.live,
      tokens.ids,
      tokens.secrets,
    ],
  )
  bindings.factory(
    tokens.hooks,
    (live, door, wake, agent, transforms, system, secrets, clock, log) =>
      new Hooks({
        live,
        door,
        wake,
        agent,
        transforms,
        defaultTransformsDir: join(system.stateDir, 'hooks', 'transforms'),
        secrets,
        clock,
        log: log.child('gateway/hooks'),
      }),
    [
      tokens.live,
      tokens.hookDoor,
      tokens.wakeHook,
      tokens.agentHook,
      tokens.hookTransforms,
      tokens.system,
      tokens.secrets,
      tokens.clock,
      tokens.log,
    ],
  )
  bindings.factory(
    tokens.invokeTool,
    (live, registry, agents, space, store, bootstrap, wire, trail, clock, ids, log) =>
      new InvokeTool({
        live,
        registry,
        agents,
        space,
        store,
        ensureWorkspace: (agent) => bootstrap.ensureWorkspace(agent),
        wire,
        trail,
        clock,
        ids,
        log: log.child('agent/tools'),
      }),
    [
      tokens.live,
      tokens.toolRegistry,
      tokens.agents,
      tokens.keySpace,
      tokens.store,
      tokens.workspaceBootstrap,
      tokens.wire,
      tokens.trail,
      tokens.clock,
      tokens.ids,
      tokens.log,
    ],
  )
}
