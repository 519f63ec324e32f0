import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GatewayConfig, gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { TOOL_GROUPS } from '../../../src/domain/tools/groups.js'
import type { KnownTool } from '../../../src/domain/tools/known-tool.js'
import { judgeTool, toolPolicy } from '../../../src/domain/tools/tool-policy.js'
import type { ToolSituation } from '../../../src/domain/tools/tool-situation.js'

const NAMES = [...new Set(Object.values(TOOL_GROUPS).flat())]
const builtIn = (name: string): KnownTool => ({ name, toolboxId: 'builtin' })
const PLUGIN: KnownTool = { name: 'jira_find', toolboxId: 'jira' }
const KNOWN: readonly KnownTool[] = [...NAMES.map(builtIn), PLUGIN]
const MODEL = { provider: 'openai', model: 'gpt-x' }

/** All switches on, so that lists alone decide. */
function situation(config: object = {}, more: Partial<ToolSituation> = {}): ToolSituation {
  const parsed = gatewayConfigSchema().parse(config)
  const { exec } = parsed.tools
  const tools = { ...parsed.tools, exec: { ...exec, applyPatch: { ...exec.applyPatch, enabled: true } } }
  return { config: { ...parsed, tools }, agentId: 'main', model: MODEL, isOwner: true, known: KNOWN, ...more }
}

const offered = (at: ToolSituation) => {
  const policy = toolPolicy(at)
  return KNOWN.filter((tool) => policy.isOffered(tool)).map(({ name }) => name)
}

const verdict = (name: string, at: ToolSituation) => {
  const { offered: isOffered, decidedBy, layers } = judgeTool(KNOWN.find((tool) => tool.name === name)!, at)
  const decisive = layers.find(({ layer }) => layer === decidedBy)
  return isOffered ? 'offered' : `${decidedBy} ${decisive?.path} ${decisive?.rule}`
}

describe('profiles and groups', () => {
  it('offers everything to an owner when nothing is configured', () => {
    expect(offered(situation())).toEqual(KNOWN.map(({ name }) => name))
  })

  it.each([
    ['minimal', ['session_status']],
    [
      'coding',
      [...['group:fs', 'group:runtime', 'group:sessions', 'group:memory'].flatMap((one) => TOOL_GROUPS[one]!), 'image'],
    ],
    ['messaging', ['message', 'sessions_list', 'sessions_history', 'sessions_send', 'session_status']],
  ])('%s', (profile, names) => {
    expect(new Set(offered(situation({ tools: { profile } })))).toEqual(new Set(names))
  })

  it('adds to a profile with alsoAllow, an agent instead of all', () => {
    const tools = { profile: 'minimal', alsoAllow: ['group:web'] }
    expect(offered(situation({ tools }))).toEqual(['session_status', 'web_search', 'web_fetch'])
    const agents = { list: [{ id: 'main', tools: { alsoAllow: ['jira_*'] } }] }
    expect(offered(situation({ tools, agents }))).toEqual(['session_status', 'jira_find'])
  })

  it('tells what plugins bring by group and by the id of the toolbox', () => {
    expect(offered(situation({ tools: { allow: ['group:plugins'] } }))).toEqual(['jira_find'])
    expect(offered(situation({ tools: { allow: ['Jira'] } }))).toEqual(['jira_find'])
    expect(offered(situation({ tools: { allow: ['builtin', 'read'] } }))).toEqual(['read'])
    const without = offered(situation({ tools: { deny: ['group:mayros'] } }))
    expect(without).toEqual(['read', 'write', 'edit', 'apply_patch', 'exec', 'process', 'jira_find'])
  })
})

describe('names', () => {
  it('ignores case and knows other names', () => {
    expect(verdict('exec', situation({ tools: { deny: ['BASH'] } }))).toBe('global tools.deny[0] deny BASH')
    expect(verdict('apply_patch', situation({ tools: { deny: ['Apply-Patch'] } }))).toMatch(/^global/)
  })

  it('allows patches to whoever may run commands; denying commands leaves patches', () => {
    expect(offered(situation({ tools: { allow: ['bash'] } }))).toEqual(['apply_patch', 'exec'])
    expect(verdict('apply_patch', situation({ tools: { deny: ['exec'] } }))).toBe('offered')
  })

  it('reads patterns, also wicked ones, in no time', () => {
    expect(offered(situation({ tools: { allow: ['sessions_*', '*_get'] } }))).toEqual([
      'sessions_list',
      'sessions_history',
      'sessions_send',
      'sessions_spawn',
      'memory_get',
    ])
    expect(verdict('read', situation({ tools: { deny: ['r*e*d', 're.d', '[r]ead', 'rea*ad'] } }))).toMatch(/r\*e\*d/)
    expect(verdict('read', situation({ tools: { deny: ['re.d', '[r]ead', 'rea*ad', '*a*a*'] } }))).toBe('offered')
    expect(verdict('read', situation({ tools: { deny: [`${'*a'.repeat(5_000)}*b`] } }))).toBe('offered')
  })
})

describe('layers', () => {
  const agents = (tools: object) => ({ agents: { list: [{ id: 'Main', tools }] } })

  it.each<[string, object, Partial<ToolSituation>, string]>([
    ['global', { tools: { allow: ['read'] } }, {}, 'global tools.allow not allowed'],
    ['agent', agents({ deny: ['web_*'] }), {}, 'agent agents.list[0].tools.deny[0] deny web_*'],
    [
      'global-provider',
      { tools: { byProvider: { OpenAI: { deny: ['web_search'] } } } },
      {},
      'global-provider tools.byProvider.OpenAI.deny[0] deny web_search',
    ],
    [
      'agent-provider',
      agents({ byProvider: { 'openai/gpt-x': { deny: ['group:web'] } } }),
      {},
      'agent-provider agents.list[0].tools.byProvider.openai/gpt-x.deny[0] deny group:web',
    ],
    [
      'provider-profile',
      { tools: { byProvider: { openai: { profile: 'minimal' } } } },
      {},
      'provider-profile tools.byProvider.openai.profile not allowed',
    ],
    ['profile', agents({ profile: 'coding' }), {}, 'profile agents.list[0].tools.profile not allowed'],
    [
      'chat',
      { channels: { telegram: { groups: { '-1': { tools: { deny: ['web_search'] } } } } } },
      { chat: { channel: 'telegram', chatId: '-1' } },
      'chat channels.telegram.groups.-1.tools.deny[0] deny web_search',
    ],
    [
      'subagent',
      { tools: { subagents: { tools: { deny: ['web_search'] } } } },
      { spawnDepth: 1 },
      'subagent tools.subagents.tools.deny[0] deny web_search',
    ],
    [
      'http',
      { gateway: { tools: { deny: ['web_search'] } } },
      { isHttp: true },
      'http gateway.tools.deny[0] deny web_search',
    ],
  ])('%s is named when it decides', (_, config, more, said) => {
    expect(verdict('web_search', situation(config, more))).toBe(said)
  })

  it('lets the key of a model count alone before that of its provider', () => {
    const byProvider = { openai: { deny: ['read'] }, 'openai/gpt-x': { deny: ['write'] } }
    expect(verdict('read', situation({ tools: { byProvider } }))).toBe('offered')
    expect(verdict('write', situation({ tools: { byProvider } }))).toMatch(/^global-provider/)
    expect(
      verdict('read', situation({ tools: { byProvider } }, { model: { provider: 'openai', model: 'o' } })),
    ).toMatch(/^global-provider tools.byProvider.openai.deny/)
  })

  it('lets deny beat allow', () => {
    expect(offered(situation({ tools: { allow: ['read', 'write'], deny: ['group:fs'] } }))).toEqual([])
  })

  it('takes an empty allow list for none', () => {
    expect(offered(situation({ tools: { allow: [] } }))).toHaveLength(KNOWN.length)
  })

  it('offers nothing by an allow list that names nothing there is, and says so', () => {
    const policy = toolPolicy(situation({ tools: { allow: ['raed', 'no_such_*'] } }))
    expect(KNOWN.filter((tool) => policy.isOffered(tool))).toEqual([])
    expect(policy.problems).toEqual([
      { path: 'tools.allow', message: 'names no tool there is (raed, no_such_*), so that no tool is offered' },
    ])
    expect(toolPolicy(situation({ tools: { allow: ['raed', 'read'] } })).problems).toEqual([])
    expect(toolPolicy(situation({ tools: { profile: 'minimal' } }, { known: [builtIn('read')] })).problems).toEqual([])
  })
})

describe('senders', () => {
  it.each(['cron', 'gateway'])('%s is for owners', (name) => {
    expect(verdict(name, situation({}, { isOwner: false }))).toBe('owner commands.ownerAllowFrom only for an owner')
  })

  it('believes the toolbox and the name of tools that log in', () => {
    const stranger = situation({}, { isOwner: false })
    expect(judgeTool({ name: 'x', toolboxId: 'y', isForOwners: true }, stranger).decidedBy).toBe('owner')
    expect(judgeTool({ name: 'whatsapp_login', toolboxId: 'builtin' }, stranger).decidedBy).toBe('owner')
    expect(judgeTool({ name: 'x', toolboxId: 'y' }, stranger).offered).toBe(true)
  })

  const groups = {
    '-100': {
      toolsBySender: {
        'id:1': { deny: ['read'] },
        '2': { deny: ['write'] },
        'e164:+49 170 1': { deny: ['edit'] },
        'username:@Ana': { deny: ['exec'] },
        'name:Ana B': { deny: ['process'] },
      },
      tools: { deny: ['message'] },
    },
    '*': { toolsBySender: { '*': { deny: ['image'] } } },
  }
  const denied = (chatId: string, sender: object = {}, maps: object = { groups }) => {
    const at = situation({ channels: { telegram: maps } }, { chat: { channel: 'telegram', chatId, sender } })
    const left = offered(at)
    return KNOWN.map(({ name }) => name).filter((name) => !left.includes(name))
  }

  it.each([
    [{ id: '1', username: 'ana' }, 'read'],
    [{ id: '2' }, 'write'],
    [{ e164: '+491701' }, 'edit'],
    [{ id: '9', username: 'ANA' }, 'exec'],
    [{ name: 'ana b' }, 'process'],
    [{ id: '3' }, 'message'],
    [{}, 'message'],
  ])('%j in a group gets the rule that names it, else that of the group', (sender, tool) => {
    expect(denied('-100', sender)).toEqual([tool])
  })

  it('falls back on the rules for all groups', () => {
    expect(denied('-7', { id: '1' })).toEqual(['image'])
    expect(denied('-7', {}, {})).toEqual([])
  })

  it("takes an account's groups instead of its channel's", () => {
    const accounts = { work: { groups: { '-100': { tools: { deny: ['cron'] } } } } }
    const chat = { channel: 'telegram', accountId: 'work', chatId: '-100' }
    const at = situation({ channels: { telegram: { groups, accounts } } }, { chat })
    expect(verdict('cron', at)).toBe('chat channels.telegram.accounts.work.groups.-100.tools.deny[0] deny cron')
    expect(verdict('message', at)).toBe('offered')
  })

  it('looks into channels of servers before the servers', () => {
    const guilds = {
      G1: {
        channels: { C1: { tools: { deny: ['read'] } }, C2: {} },
        toolsBySender: { 'id:1': { deny: ['write'] } },
        tools: { deny: ['edit'] },
      },
      '*': { tools: { deny: ['exec'] } },
    }
    const at = (chatId: string, more: object = {}) =>
      situation({ channels: { discord: { guilds } } }, { chat: { channel: 'discord', chatId, ...more } })
    expect(verdict('read', at('c1'))).toMatch(/^chat channels.discord.guilds.G1.channels.C1/)
    expect(verdict('write', at('c2', { sender: { id: '1' } }))).toMatch(/guilds.G1.toolsBySender.id:1/)
    expect(verdict('edit', at('c9', { guildId: 'g1' }))).toMatch(/guilds.G1.tools/)
    expect(verdict('exec', at('c9'))).toMatch(/guilds.\*.tools/)
  })
})

describe('sub-agents and HTTP', () => {
  const atDepth = (spawnDepth: number, tools: object = {}, maxSpawnDepth = 2) =>
    situation(
      { tools: { subagents: { tools } }, agents: { defaults: { subagents: { maxSpawnDepth } } } },
      { spawnDepth },
    )

  it('withholds what sub-agents must not do, more at the deepest level', () => {
    for (const name of ['gateway', 'agents_list', 'session_status', 'cron', 'memory_search', 'sessions_send']) {
      expect(verdict(name, atDepth(1))).toBe(`subagent built in deny ${name}`)
    }
    expect(verdict('sessions_spawn', atDepth(1))).toBe('offered')
    expect(verdict('sessions_spawn', atDepth(2))).toBe('subagent built in deny sessions_spawn')
    expect(verdict('sessions_list', atDepth(1, {}, 1))).toMatch(/^subagent/)
  })

  it('gives single ones back, but no groups and nothing that is denied', () => {
    expect(verdict('sessions_spawn', atDepth(2, { alsoAllow: ['Sessions_Spawn'] }))).toBe('offered')
    expect(verdict('sessions_spawn', atDepth(2, { alsoAllow: ['group:sessions', '*'] }))).toMatch(/^subagent/)
    const both = { alsoAllow: ['cron'], deny: ['cron'] }
    expect(verdict('cron', atDepth(1, both))).toBe('subagent tools.subagents.tools.deny[0] deny cron')
    expect(offered(atDepth(1, { allow: ['read', 'cron'] }))).toEqual(['read', 'cron'])
  })

  it('refuses some tools over HTTP', () => {
    for (const name of ['sessions_spawn', 'sessions_send', 'gateway']) {
      expect(verdict(name, situation({}, { isHttp: true }))).toBe(`http built in deny ${name}`)
      expect(verdict(name, situation())).toBe('offered')
    }
    const tools = { allow: ['gateway', 'sessions_send'], deny: ['sessions_send'] }
    expect(verdict('gateway', situation({ gateway: { tools } }, { isHttp: true }))).toBe('offered')
    expect(verdict('sessions_send', situation({ gateway: { tools } }, { isHttp: true }))).toMatch(/^http gateway/)
  })
})

describe('switches', () => {
  const plain = (config: object) => ({ ...situation(), config: gatewayConfigSchema().parse(config) })

  it('offers patches only when asked to, and only to listed models', () => {
    expect(verdict('apply_patch', plain({}))).toBe('settings tools.exec.applyPatch.enabled false')
    const exec = { applyPatch: { enabled: true, allowModels: ['GPT-x'] } }
    expect(verdict('apply_patch', plain({ tools: { exec } }))).toBe('offered')
    expect(verdict('apply_patch', { ...plain({ tools: { exec } }), model: { provider: 'a', model: 'b' } })).toBe(
      'settings tools.exec.applyPatch.allowModels only for GPT-x',
    )
    const agents = { list: [{ id: 'main', tools: { exec: { applyPatch: { enabled: false } } } }] }
    expect(verdict('apply_patch', plain({ agents, tools: { exec } }))).toMatch(/^settings agents.list\[0\]/)
  })

  it('does not offer commands where none may run', () => {
    expect(verdict('exec', plain({ tools: { exec: { security: 'deny' } } }))).toBe('settings tools.exec.security deny')
  })
})

const entry = fc.oneof(
  fc.constantFrom(...NAMES, ...Object.keys(TOOL_GROUPS), 'group:plugins', 'jira', 'bash', '*', 'sessions_*', 'no_such'),
  fc.constantFrom(...NAMES).map((name) => `${name.slice(0, 3)}*`),
)
const entries = fc.array(entry, { maxLength: 4 })
const lists = fc.record({ allow: entries, deny: entries }, { requiredKeys: [] })
const profiled = fc
  .tuple(lists, fc.constantFrom(undefined, 'minimal', 'coding', 'messaging', 'full'))
  .map(([list, profile]) => ({ ...list, ...(profile === undefined ? {} : { profile }) }))
interface Written {
  tools: { allow?: string[]; deny?: string[]; byProvider?: Record<string, { deny?: string[] }> }
  agent: { allow?: string[]; deny?: string[] }
  chat: { allow?: string[]; deny?: string[] }
  subagent: { allow?: string[]; deny?: string[] }
}
const written = fc.record({
  tools: fc
    .tuple(profiled, fc.option(profiled))
    .map(([own, other]) => ({ ...own, ...(other === null ? {} : { byProvider: { openai: other } }) })),
  agent: profiled,
  chat: lists,
  subagent: lists,
}) as fc.Arbitrary<Written>
const circumstances = fc.record({
  isOwner: fc.boolean(),
  isHttp: fc.boolean(),
  spawnDepth: fc.constantFrom(undefined, 1, 2),
})

const BASE = situation().config

/** Put together by hand: reading thousands of configurations takes minutes. */
function situated({ tools, agent, chat, subagent }: Written, more: object): ToolSituation {
  const config = {
    ...BASE,
    tools: { ...BASE.tools, ...tools, subagents: { tools: subagent } },
    agents: { ...BASE.agents, list: [{ id: 'main', tools: agent }] },
    channels: { ...BASE.channels, telegram: { groups: { '1': { tools: chat } } } },
  } as unknown as GatewayConfig
  return {
    agentId: 'main',
    model: MODEL,
    isOwner: true,
    known: KNOWN,
    config,
    chat: { channel: 'telegram', chatId: '1' },
    ...more,
  }
}

describe('whatever is configured', () => {
  it('a deny more never offers more', () => {
    fc.assert(
      fc.property(
        written,
        circumstances,
        entry,
        fc.constantFrom('tools', 'agent', 'chat', 'subagent'),
        (config, more, added, at) => {
          const before = new Set(offered(situated(config, more)))
          const layer = config[at as keyof Written]
          const narrower = { ...config, [at]: { ...layer, deny: [...(layer.deny ?? []), added] } }
          for (const name of offered(situated(narrower, more))) expect(before).toContain(name)
        },
      ),
    )
  })

  it('a layer can only remove', () => {
    fc.assert(
      fc.property(written, circumstances, (config, more) => {
        const whole = new Set(offered(situated(config, more)))
        for (const without of ['chat', 'subagent'] as const) {
          if (without === 'subagent' && more.spawnDepth !== undefined) continue
          const wider = new Set(offered(situated({ ...config, [without]: {} }, more)))
          for (const name of whole) expect(wider).toContain(name)
        }
        for (const name of whole) expect(offered(situated(config, { ...more, isHttp: false }))).toContain(name)
      }),
    )
  })

  it('the answer is the same every time and names the first layer that removes', () => {
    fc.assert(
      fc.property(written, circumstances, fc.constantFrom(...KNOWN), (config, more, tool) => {
        const at = situated(config, more)
        const judgement = judgeTool(tool, at)
        expect(judgeTool(tool, at)).toEqual(judgement)
        expect(judgement.layers).toHaveLength(11)
        const removing = judgement.layers.filter(({ verdict: said }) => said === 'removes')
        expect(judgement.offered).toBe(removing.length === 0)
        expect(judgement.decidedBy).toBe(removing[0]?.layer ?? null)
        for (const { path } of removing) expect(path).not.toBeNull()
      }),
    )
  })
})
