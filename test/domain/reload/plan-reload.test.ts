import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GatewayConfig } from '../../../src/domain/config/config.js'
import { schemaFor } from '../../../src/domain/config/schema-for.js'
import { applyPlan } from '../../../src/domain/reload/apply-plan.js'
import { diffConfig, isSame } from '../../../src/domain/reload/diff-config.js'
import { planReload } from '../../../src/domain/reload/plan-reload.js'
import { formatReloadAction } from '../../../src/domain/reload/reload-action.js'
import { reloadRuleOf } from '../../../src/domain/reload/reload-rules.js'
import { configInputs } from '../config/config-inputs.js'

const configOf = (input: unknown): GatewayConfig => schemaFor(input).parse(input)

const planned = (running: unknown, next: unknown) => planReload(configOf(running), configOf(next))

const actionsOf = (running: unknown, next: unknown) =>
  planned(running, next).hot.map(({ action }) => formatReloadAction(action))

describe('rules', () => {
  it.each([
    ['$schema', 'none'],
    ['meta.lastTouched', 'none'],
    ['gateway.remote.url', 'none'],
    ['channels.whatsapp.x', 'none'],
    ['hooks.gmail.x', 'none'],
    ['gateway.port', 'restart'],
    ['gateway.tls.certPath', 'restart'],
    ['session.store', 'restart'],
    ['cron.store', 'restart'],
    ['env.vars.A', 'restart'],
    ['plugins.deny', 'restart'],
    ['discovery.mdns.mode', 'restart'],
    ['nobody.knows', 'restart'],
    ['gateway.reload.mode', 'hot', 'reload-settings'],
    ['gateway.auth.token', 'hot', 'auth'],
    ['gateway.trustedProxies', 'hot', 'auth'],
    ['gateway.controlUi.allowedOrigins', 'hot', 'auth'],
    ['gateway.controlUi.basePath', 'hot'],
    ['gateway.http.endpoints.responses.enabled', 'hot'],
    ['gateway.channelHealthCheckMinutes', 'hot', 'monitor'],
    ['agents.defaults.heartbeat.every', 'hot', 'heartbeat'],
    ['agents.list.ops.heartbeat.every', 'hot', 'heartbeat'],
    ['agents.defaults.subagents.maxConcurrent', 'hot', 'lanes'],
    ['cron.maxConcurrentRuns', 'hot', 'lanes'],
    ['agents.defaults.model', 'hot', 'models'],
    ['models.providers.x.apiKey', 'hot', 'models'],
    ['auth.order.openai', 'hot', 'models'],
    ['agents.list.ops.identity.name', 'hot', 'agents'],
    ['agents.list.ops', 'hot', 'agents', 'heartbeat', 'models'],
    ['agents.defaults.timeoutSeconds', 'hot'],
    ['bindings', 'hot', 'agents'],
    ['session.dmScope', 'hot'],
    ['messages.queue.mode', 'hot'],
    ['tools.deny', 'hot'],
    ['commands.native', 'hot', 'channels'],
    ['commands.text', 'hot'],
    ['channels.defaults.groupPolicy', 'hot'],
    ['channels.modelByChannel.irc.x', 'hot'],
    ['channels.telegram.dmPolicy', 'hot'],
    ['channels.telegram.groups.5.topics.1.skills', 'hot'],
    ['channels.telegram.accounts.work.markdown.tables', 'hot', 'channel telegram/work'],
    ['channels.telegram.apiRoot', 'hot', 'channel telegram'],
    ['channels.telegram.botToken', 'hot', 'channel telegram'],
    ['channels.telegram.accounts.work.botToken', 'hot', 'channel telegram/work'],
    ['hooks.token', 'hot', 'hooks'],
    ['cron.enabled', 'hot', 'cron'],
    ['logging.level', 'hot', 'log'],
    ['skills.load.watch', 'hot', 'skills'],
  ])('%s is %s', (path, reloadClass, ...actions) => {
    const at = path.split('.')
    expect(reloadRuleOf(at).class).toBe(reloadClass)
    expect(reloadRuleOf(at).actions.map((name) => (name === 'channel' ? 'channel' : name))).toEqual(
      actions.map((name) => name.split(' ')[0]),
    )
  })
})

describe('differences', () => {
  const pathsOf = (before: unknown, after: unknown) => diffConfig(before, after).map(({ at }) => at.join('.'))

  it('go by leaf, lists as a whole', () => {
    expect(pathsOf({ tools: { deny: ['a'], allow: ['b'] } }, { tools: { deny: ['a', 'c'], allow: ['b'] } })).toEqual([
      'tools.deny',
    ])
  })

  it('compare agents by id, in any case of letters', () => {
    const before = { agents: { list: [{ id: 'a', name: 'x' }, { id: 'b' }] } }
    const after = { agents: { list: [{ id: 'A', name: 'y' }, { id: 'c' }] } }
    expect(pathsOf(before, after)).toEqual(['agents.list.a.id', 'agents.list.a.name', 'agents.list.b', 'agents.list.c'])
  })

  it('see another order of agents, because the first one is the default', () => {
    const list = [{ id: 'a' }, { id: 'b' }]
    expect(pathsOf({ agents: { list } }, { agents: { list: [...list].reverse() } })).toEqual(['agents.list'])
  })

  it('compare mappings without ids as one value', () => {
    const before = { hooks: { mappings: [{ action: 'wake' }] } }
    expect(pathsOf(before, { hooks: { mappings: [{ action: 'agent' }] } })).toEqual(['hooks.mappings'])
  })
})

describe('modes', () => {
  const hotEdit = { cron: { enabled: false } }
  const restartEdit = { gateway: { port: 5000 } }
  const both = { ...hotEdit, ...restartEdit }
  const inMode = (mode: string, edit: { gateway?: object; cron?: object }) => ({
    ...edit,
    gateway: { ...edit.gateway, reload: { mode } },
  })

  it('hybrid applies what is hot and restarts for the rest', () => {
    expect(planned({}, hotEdit)).toMatchObject({ kind: 'hot', restart: [], pending: [] })
    expect(planned({}, hotEdit).hot).toEqual([{ action: { name: 'cron' }, reasons: ['cron.enabled'] }])
    expect(planned({}, both)).toMatchObject({ kind: 'restart', hot: [], restart: ['gateway.port', 'cron.enabled'] })
  })

  it('restart restarts for everything but its own settings', () => {
    const running = { gateway: { reload: { mode: 'restart' } } }
    expect(planned(running, inMode('restart', hotEdit))).toMatchObject({ kind: 'restart', restart: ['cron.enabled'] })
    expect(planned({}, inMode('restart', {})).kind).toBe('hot')
  })

  it('hot applies the hot part and keeps the rest aside', () => {
    const running = configOf({ gateway: { reload: { mode: 'hot' } } })
    const next = configOf(inMode('hot', both))
    const plan = planReload(running, next)
    expect(plan).toMatchObject({ kind: 'hot', restart: [], pending: ['gateway.port'] })
    const inForce = applyPlan(running, next, plan)
    expect(inForce.cron.enabled).toBe(false)
    expect(inForce.gateway.port).toBeUndefined()
    expect(planReload(inForce, next)).toMatchObject({ kind: 'pending', hot: [], pending: ['gateway.port'] })
    expect(planReload(inForce, configOf(inMode('hot', hotEdit)))).toMatchObject({ kind: 'nothing', pending: [] })
  })

  it('off changes nothing but its own settings', () => {
    const running = configOf({})
    const next = configOf(inMode('off', { ...both, meta: { x: 1 } } as object))
    const plan = planReload(running, next)
    expect(plan).toMatchObject({ kind: 'off', restart: [], pending: [], ignored: ['gateway.port', 'cron.enabled'] })
    expect(plan.hot.map(({ action }) => action.name)).toEqual(['reload-settings'])
    const inForce = applyPlan(running, next, plan)
    expect(inForce).toEqual({ ...running, gateway: { ...running.gateway, reload: next.gateway.reload } })
    expect(planReload(inForce, configOf(both)).kind).toBe('restart')
  })

  it('off keeps elements of lists where they stand', () => {
    const running = configOf({ agents: { list: [{ id: 'a' }, { id: 'b' }] } })
    for (const list of [[{ id: 'b' }], [{ id: 'c' }, { id: 'b' }, { id: 'a' }]]) {
      const next = configOf(inMode('off', { agents: { list } } as object))
      expect(applyPlan(running, next, planReload(running, next)).agents).toEqual(running.agents)
    }
  })

  it('hot gives newcomers the place they have in the file', () => {
    const edit = { agents: { list: [{ id: 'n' }, { id: 'a' }, { id: 'm' }] }, gateway: { port: 1 } }
    const running = configOf({ agents: { list: [{ id: 'x' }, { id: 'a' }] } })
    const next = configOf(inMode('hot', edit))
    expect(applyPlan(running, next, planReload(running, next)).agents).toEqual(next.agents)
  })

  it('what has no effect never reloads anything', () => {
    for (const mode of ['hot', 'restart', 'hybrid', 'off']) {
      const settings = { gateway: { reload: { mode } } }
      const next = { gateway: { ...settings.gateway, remote: { url: 'ws://x' } }, meta: { x: 1 } }
      expect(planned(settings, next).kind).toBe('nothing')
    }
  })
})

describe('actions', () => {
  it('concern one account where only one changed', () => {
    const irc = (nick: string) => ({ channels: { irc: { host: 'h', accounts: { a: { nick }, b: { nick: 'b' } } } } })
    expect(actionsOf(irc('a'), irc('x'))).toEqual(['channel irc/a'])
    expect(actionsOf(irc('a'), { channels: { irc: { host: 'h', accounts: { b: { nick: 'b' } } } } })).toEqual([
      'channel irc/a',
    ])
    expect(actionsOf({}, { channels: { irc: {} } })).toEqual(['channel irc'])
  })

  it('of a whole channel include those of its accounts, reasons and all', () => {
    const plan = planned(
      { channels: { irc: { host: 'h', accounts: { a: { nick: 'a' } } } } },
      { channels: { irc: { host: 'i', accounts: { a: { nick: 'b' } } } } },
    )
    expect(plan.hot).toEqual([
      {
        action: { name: 'channel', channel: 'irc', account: null },
        reasons: ['channels.irc.host', 'channels.irc.accounts.a.nick'],
      },
    ])
  })

  it('come in the order in which they are done', () => {
    const next = {
      channels: { irc: {} },
      skills: { load: { watch: false } },
      cron: { enabled: false },
      agents: { list: [{ id: 'a', model: 'openai/x' }] },
      gateway: { auth: { token: 'x' } },
      logging: { level: 'debug' },
    }
    expect(actionsOf({ agents: { list: [{ id: 'a' }] } }, next)).toEqual([
      'log',
      'auth',
      'models',
      'agents',
      'cron',
      'skills',
      'channel irc',
    ])
  })
})

describe('in mode hot', () => {
  const running = { gateway: { bind: 'lan', auth: { token: 'x' }, reload: { mode: 'hot' } } }

  it('access rules written for another address wait with it', () => {
    const next = { gateway: { bind: 'loopback', auth: { mode: 'none' }, reload: { mode: 'hot' } } }
    const plan = planned(running, next)
    expect(plan.pending).toEqual(expect.arrayContaining(['gateway.bind', 'gateway.auth.mode', 'gateway.auth.token']))
    expect(applyPlan(configOf(running), configOf(next), plan).gateway.auth).toMatchObject({ token: 'x' })
  })

  it('a new secret is in force at once, wherever the gateway moves', () => {
    const next = { gateway: { bind: 'loopback', auth: { token: 'y' }, reload: { mode: 'hot' } } }
    expect(planned(running, next)).toMatchObject({ kind: 'hot', pending: ['gateway.bind'] })
  })
})

describe('for any two configurations', () => {
  const pairs = fc
    .tuple(configInputs(), configInputs())
    .map(([one, other]) => [configOf(one), configOf(other)] as const)
  const check = (rule: (running: GatewayConfig, next: GatewayConfig) => void) =>
    fc.assert(
      fc.property(pairs, ([running, next]) => rule(running, next)),
      { numRuns: 300 },
    )
  const withMode = (config: GatewayConfig, mode: GatewayConfig['gateway']['reload']['mode']): GatewayConfig => ({
    ...config,
    gateway: { ...config.gateway, reload: { ...config.gateway.reload, mode } },
  })

  it('a plan that applies everything gives what a fresh start would give', () => {
    check((running, next) => {
      for (const mode of ['hybrid', 'restart'] as const) {
        const target = withMode(next, mode)
        const plan = planReload(running, target)
        expect([...plan.pending, ...plan.ignored]).toEqual([])
        expect(isSame(applyPlan(running, target, plan), target)).toBe(true)
      }
    })
  })

  it('off changes nothing but how to reload', () => {
    check((running, next) => {
      const target = withMode(next, 'off')
      const inForce = applyPlan(running, target, planReload(running, target))
      const expected = { ...running, gateway: { ...running.gateway, reload: target.gateway.reload } }
      expect(isSame(inForce, expected)).toBe(true)
    })
  })

  it('hot takes over every applied path and no pending one, and then has nothing more to do', () => {
    check((running, next) => {
      const target = withMode(next, 'hot')
      const plan = planReload(running, target)
      const inForce = applyPlan(running, target, plan)
      const left = planReload(inForce, target)
      expect(left.hot).toEqual([])
      expect(left.pending).toEqual(plan.pending)
      expect(diffConfig(running, inForce).every(({ at }) => reloadRuleOf(at).class !== 'restart')).toBe(true)
      expect(isSame(applyPlan(inForce, target, left), inForce)).toBe(true)
    })
  })

  it('every action has a reason, every change a fate, and equal ones need no plan', () => {
    check((running, next) => {
      const plan = planReload(running, next)
      const paths = new Set(plan.changed.map(({ path }) => path))
      for (const { reasons } of plan.hot) {
        expect(reasons.length).toBeGreaterThan(0)
        for (const reason of reasons) expect(paths.has(reason)).toBe(true)
      }
      expect(plan.kind === 'nothing').toBe(plan.changed.every(({ fate }) => fate === 'none'))
      expect(planReload(next, structuredClone(next))).toMatchObject({ kind: 'nothing', changed: [] })
    })
  })
})
