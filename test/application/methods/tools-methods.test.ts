import { beforeEach, describe, expect, it } from 'vitest'
import { MemorySessionStore } from '../../../src/adapters/store-memory/memory-session-store.js'
import type { Call } from '../../../src/application/connection/call.js'
import { MethodTable } from '../../../src/application/method-table.js'
import { toolsMethods } from '../../../src/application/methods/tools-methods.js'
import type { Tool } from '../../../src/application/ports/tools.js'
import { AgentDirectory } from '../../../src/domain/config/agent-directory.js'
import { agentsOf } from '../../../src/domain/config/agents.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'

const tool = (name: string, more: Partial<Tool> = {}) => ({ name, description: `does ${name}`, ...more }) as Tool
const ALL = [
  { toolboxId: 'builtin-fs', tool: tool('read') },
  { toolboxId: 'builtin', tool: tool('gateway', { isForOwners: true }) },
  { toolboxId: 'builtin', tool: tool('sessions_spawn') },
]

let sessions: Record<string, Partial<SessionEntry>>
let table: MethodTable

function stage(config: object = {}): void {
  const parsed = gatewayConfigSchema().parse(config)
  const agents = new AgentDirectory(agentsOf(parsed, '/ws'), { provider: 'openai', model: 'x' })
  const store = new MemorySessionStore()
  sessions = {}
  store.session = async (key) => (sessions[key] as SessionEntry | undefined) ?? null
  const space = { defaultAgentId: 'main', scope: 'per-sender' } as const
  table = new MethodTable([
    toolsMethods({ live: { config: parsed }, registry: { all: () => ALL }, agents, space, store }),
  ])
}

async function call<T = Record<string, unknown>>(name: string, params: object = {}): Promise<T> {
  return (await table.find(name)?.run(params as never, {} as Call)) as T
}

const offered = async (params: object) => {
  const { tools } = await call<{ tools: { name: string; offered: boolean }[] }>('tools.list', params)
  return tools.filter((one) => one.offered).map(({ name }) => name)
}

beforeEach(() => stage())

describe('methods about tools', () => {
  it('list what the default agent is offered', async () => {
    stage({ tools: { deny: ['read'] } })
    expect(await call('tools.list')).toEqual({
      agentId: 'main',
      sessionKey: null,
      model: 'openai/x',
      problems: [],
      tools: [
        {
          name: 'read',
          toolbox: 'builtin-fs',
          description: 'does read',
          offered: false,
          decidedBy: 'global',
          path: 'tools.deny[0]',
          rule: 'deny read',
        },
        { name: 'gateway', toolbox: 'builtin', description: 'does gateway', offered: true, decidedBy: null },
        {
          name: 'sessions_spawn',
          toolbox: 'builtin',
          description: 'does sessions_spawn',
          offered: true,
          decidedBy: null,
        },
      ],
    })
  })

  it('take the model, the group and the depth of a session', async () => {
    stage({
      tools: { byProvider: { 'a/b': { deny: ['sessions_spawn'] } } },
      channels: { telegram: { groups: { '-1': { toolsBySender: { '7': { deny: ['read'] } } } } } },
    })
    const group = 'agent:main:telegram:group:-1'
    expect(await offered({ sessionKey: group })).toEqual(['read', 'sessions_spawn'])
    expect(await offered({ sessionKey: group, isOwner: true, senderId: '7' })).toEqual(['gateway', 'sessions_spawn'])
    sessions[group] = { key: group, agentId: 'main', providerOverride: 'a', modelOverride: 'b' }
    expect(await offered({ sessionKey: group })).toEqual(['read'])
    sessions['agent:main:subagent:1'] = { agentId: 'main', spawnedBy: group }
    expect(await offered({ sessionKey: 'subagent:1', senderId: '7' })).toEqual([])
    expect(await offered({ sessionKey: 'agent:main:main' })).toEqual(['read', 'gateway', 'sessions_spawn'])
  })

  it('explain one tool, by any of its names', async () => {
    stage({ tools: { deny: ['exec'] } })
    expect(await call('tools.explain', { tool: 'Gateway', isOwner: false })).toMatchObject({
      tool: 'gateway',
      exists: true,
      offered: false,
      decidedBy: 'owner',
      layers: { length: 11 },
    })
    expect(await call('tools.explain', { tool: 'BASH' })).toMatchObject({
      tool: 'exec',
      exists: false,
      offered: false,
      decidedBy: null,
      toolbox: null,
    })
  })

  it('tell of lists that name nothing', async () => {
    stage({ tools: { allow: ['raed'] } })
    expect(await call('tools.explain', { tool: 'read' })).toMatchObject({ problems: [{ path: 'tools.allow' }] })
  })

  it('refuse agents and sessions that do not fit', async () => {
    stage({ agents: { list: [{ id: 'main' }, { id: 'ops' }] } })
    await expect(call('tools.list', { agentId: 'nobody' })).rejects.toThrow('unknown agent id "nobody"')
    await expect(call('tools.list', { agentId: 'ops', sessionKey: 'agent:main:x' })).rejects.toThrow(
      'session "agent:main:x" belongs to agent "main", not to "ops"',
    )
    await expect(call('tools.list', { sessionKey: ' ' })).rejects.toThrow('session key required')
    expect(await call('tools.list', { agentId: 'OPS' })).toMatchObject({ agentId: 'ops' })
  })
})
