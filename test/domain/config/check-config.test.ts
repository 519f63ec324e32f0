import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../../src/domain/config/check-config.js'
import { formatProblem } from '../../../src/domain/config/problem.js'
import { schemaFor } from '../../../src/domain/config/schema-for.js'

function judge(value: unknown) {
  const schema = schemaFor(value)
  const checked = checkConfig(schema, value, schema.safeParse(value))
  return {
    config: checked.config,
    problems: checked.problems.map(({ problem }) => `${problem.code} ${formatProblem(problem)}`),
    warnings: checked.warnings.map(({ problem }) => `${problem.code} ${formatProblem(problem)}`),
  }
}

const telegram = (fields: object) => ({ channels: { telegram: fields } })
const hooks = (fields: object) => ({ hooks: { enabled: true, token: 'hook-secret', ...fields } })
const agents = (...list: object[]) => ({ agents: { list } })

describe('rules over several keys', () => {
  it.each<[string, unknown, string[]]>([
    [
      'custom bind',
      { gateway: { bind: 'custom' } },
      ['conflict gateway.bind: custom needs gateway.customBindHost, an IP address'],
    ],
    [
      'tailscale off loopback',
      { gateway: { bind: 'lan', tailscale: { mode: 'serve' } } },
      ['conflict gateway.tailscale.mode: serve needs gateway.bind loopback, not lan'],
    ],
    [
      'certificate without key',
      { gateway: { tls: { certPath: '/etc/cert.pem' } } },
      ['conflict gateway.tls.certPath: needs gateway.tls.keyPath: certificate and key come together'],
    ],
    [
      'key without certificate',
      { gateway: { tls: { keyPath: '/etc/key.pem' } } },
      ['conflict gateway.tls.keyPath: needs gateway.tls.certPath: certificate and key come together'],
    ],
    ['certificate with key', { gateway: { tls: { certPath: '/etc/cert.pem', keyPath: '/etc/key.pem' } } }, []],
    [
      'funnel',
      { gateway: { tailscale: { mode: 'funnel' } } },
      ['conflict gateway.tailscale.mode: funnel needs gateway.auth.mode password'],
    ],
    [
      'trusted proxy',
      { gateway: { auth: { mode: 'trusted-proxy' } } },
      [
        'conflict gateway.auth.mode: trusted-proxy needs gateway.auth.trustedProxy.userHeader',
        'conflict gateway.auth.mode: trusted-proxy needs gateway.trustedProxies, the addresses of your proxies',
      ],
    ],
    [
      'trusted proxy on loopback',
      {
        gateway: {
          auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-user' } },
          trustedProxies: ['10.0.0.0/8'],
        },
      },
      ['conflict gateway.trustedProxies: must contain a loopback address, because gateway.bind is loopback'],
    ],
    [
      'hooks without token',
      { hooks: { enabled: true } },
      ['missing_key hooks.token: required when hooks.enabled is true'],
    ],
    [
      'hooks token of the gateway',
      { ...hooks({ token: 'same' }), gateway: { auth: { token: 'same' } } },
      ['conflict hooks.token: must differ from the token and the password of the gateway'],
    ],
    [
      'hooks presets',
      hooks({ presets: ['github', 'gmial'] }),
      ['not_found hooks.presets[1]: there is no preset "gmial" (did you mean "gmail"?)'],
    ],
    [
      'hooks signature that replaces the token and is never checked',
      hooks({ signature: { replacesToken: true }, mappings: [{ signature: { header: 'x' } }] }),
      [
        'conflict hooks.signature.replacesToken: needs a secret to sign with',
        'conflict hooks.mappings[0].signature: needs a secret to sign with',
      ],
    ],
    [
      'hooks signature of a mapping with the key for all',
      hooks({ signature: { secret: 'key' }, mappings: [{ signature: { replacesToken: true } }] }),
      [],
    ],
    ['hooks path /', hooks({ path: '/' }), ['conflict hooks.path: must not be /']],
    ['hooks path /v1/x', hooks({ path: '/v1/x' }), ['conflict hooks.path: collides with /v1']],
    [
      'hooks path of the UI',
      { ...hooks({ path: '/ui' }), gateway: { controlUi: { basePath: '/ui' } } },
      ['conflict hooks.path: collides with /ui'],
    ],
    [
      'hook session key',
      hooks({ defaultSessionKey: 'main', allowedSessionKeyPrefixes: ['hook:'] }),
      ['conflict hooks.defaultSessionKey: must start with one of hooks.allowedSessionKeyPrefixes'],
    ],
    [
      'hook prefixes',
      hooks({ allowedSessionKeyPrefixes: ['x:'] }),
      ['conflict hooks.allowedSessionKeyPrefixes: must contain "hook:" as long as there is no hooks.defaultSessionKey'],
    ],
    ['open dm', telegram({ dmPolicy: 'open' }), ['conflict channels.telegram.dmPolicy: open needs "*" in allowFrom']],
    [
      'open dm of an account',
      telegram({ allowFrom: ['*'], accounts: { a: { dmPolicy: 'open' }, b: { dmPolicy: 'open', allowFrom: [1] } } }),
      ['conflict channels.telegram.accounts.b.dmPolicy: open needs "*" in allowFrom'],
    ],
    [
      'inherited open dm, told once',
      telegram({ dmPolicy: 'open', accounts: { a: {}, b: {} } }),
      ['conflict channels.telegram.dmPolicy: open needs "*" in allowFrom'],
    ],
    [
      'allow beside alsoAllow',
      { tools: { allow: ['a'], alsoAllow: ['b'] } },
      ['conflict tools.alsoAllow: cannot stand beside allow; put the names there'],
    ],
    [
      'the same for an agent and a provider',
      agents({ id: 'a', tools: { byProvider: { openai: { allow: ['a'], alsoAllow: ['b'] } } } }),
      ['conflict agents.list[0].tools.byProvider.openai.alsoAllow: cannot stand beside allow; put the names there'],
    ],
    [
      'thresholds',
      { tools: { loopDetection: { warningThreshold: 20 } } },
      ['conflict tools.loopDetection.criticalThreshold: must be more than warningThreshold (20)'],
    ],
    [
      'thresholds of an agent',
      agents({ id: 'a', tools: { loopDetection: { criticalThreshold: 30 } } }),
      [
        'conflict agents.list[0].tools.loopDetection.globalCircuitBreakerThreshold: must be more than criticalThreshold (30)',
      ],
    ],
    [
      'active hours',
      { agents: { defaults: { heartbeat: { activeHours: { start: '08:00', end: '08:00' } } } } },
      ['conflict agents.defaults.heartbeat.activeHours.end: must differ from start'],
    ],
    [
      'active hours from 24:00',
      agents({ id: 'a', heartbeat: { activeHours: { start: '24:00' } } }),
      ['conflict agents.list[0].heartbeat.activeHours.start: 24:00 is possible only as end'],
    ],
    [
      'agent ids',
      agents({ id: 'a' }, { id: 'A' }),
      ['conflict agents.list[1].id: another agent already has the id "a"'],
    ],
    [
      'agent directories',
      agents({ id: 'a', agentDir: '/x' }, { id: 'b', agentDir: '/x' }),
      ['conflict agents.list[1].agentDir: another agent already has the directory "/x"'],
    ],
    [
      'agent of a binding',
      { ...agents({ id: 'ops' }), bindings: [{ agentId: 'osp', match: { channel: 'irc' } }] },
      ['not_found bindings[0].agentId: there is no agent "osp" (did you mean "ops"?)'],
    ],
    ['the agent nobody configured', { bindings: [{ agentId: 'main', match: { channel: 'irc' } }] }, []],
    [
      'agent of a hook',
      hooks({ mappings: [{ agentId: 'x' }] }),
      ['not_found hooks.mappings[0].agentId: there is no agent "x"'],
    ],
    [
      'heartbeat target',
      { agents: { defaults: { heartbeat: { target: 'telegrm' } } } },
      ['not_found agents.defaults.heartbeat.target: there is no channel "telegrm" (did you mean "telegram"?)'],
    ],
    [
      'models by channel',
      { channels: { modelByChannel: { ircc: { '#a': 'openai/x' } } } },
      ['not_found channels.modelByChannel.ircc: there is no channel "ircc" (did you mean "irc"?)'],
    ],
    [
      'identity on no channel',
      { session: { identityLinks: { ann: ['pigeon:1'] } } },
      ['not_found session.identityLinks.ann[0]: there is no channel "pigeon"'],
    ],
    [
      'identity of two people',
      { session: { identityLinks: { ann: ['irc:a'], bob: ['IRC:A'] } } },
      ['conflict session.identityLinks.bob[0]: "irc:a" already belongs to "ann"'],
    ],
    [
      'model without provider',
      { agents: { defaults: { model: 'gpt' } } },
      ['bad_value agents.defaults.model: expected provider/model or an alias of agents.defaults.models, got "gpt"'],
    ],
    ['alias', { agents: { defaults: { model: 'Quick', models: { 'openai/x': { alias: 'quick' } } } } }, []],
    [
      'provider',
      { agents: { defaults: { model: { primary: 'openai/x', fallbacks: ['opnai/y'] } } } },
      ['not_found agents.defaults.model.fallbacks[0]: there is no provider "opnai" (did you mean "openai"?)'],
    ],
    [
      'webhook of telegram',
      telegram({ webhookUrl: 'https://x' }),
      ['conflict channels.telegram.webhookUrl: needs webhookSecret'],
    ],
    [
      'plain server of the Bot API, of an account',
      telegram({ accounts: { a: { apiRoot: 'http://bots.example.org:8081' }, b: { apiRoot: 'http://localhost' } } }),
      [
        'conflict channels.telegram.accounts.a.apiRoot: needs https, because http would show the token to everybody on the way',
      ],
    ],
    [
      'slack over http',
      { channels: { slack: { mode: 'http' } } },
      ['conflict channels.slack.mode: http needs signingSecret'],
    ],
    [
      'nickserv',
      { channels: { irc: { accounts: { a: { nickserv: { register: true } } } } } },
      ['conflict channels.irc.accounts.a.nickserv.register: needs registerEmail'],
    ],
    [
      'roles',
      { bindings: [{ agentId: 'main', match: { channel: 'discord', roles: ['r'] } }] },
      ['conflict bindings[0].match.roles: roles need guildId'],
    ],
    [
      'patterns',
      { messages: { groupChat: { mentionPatterns: ['ok', '('] } }, logging: { redactPatterns: ['['] } },
      [
        'bad_value logging.redactPatterns[0]: expected a regular expression',
        'bad_value messages.groupChat.mentionPatterns[1]: expected a regular expression',
      ],
    ],
    [
      'modules',
      hooks({ mappings: [{ transform: { module: '../x.js' } }] }),
      ['bad_value hooks.mappings[0].transform.module: expected a relative path inside hooks.transformsDir'],
    ],
    [
      'shared store',
      { ...agents({ id: 'a' }, { id: 'b' }), session: { store: '/x' } },
      ['conflict session.store: must contain {agentId} when there are several agents'],
    ],
  ])('%s', (_name, value, expected) => {
    const { config, problems } = judge(value)
    expect(problems).toEqual(expected)
    expect(config === null).toBe(expected.length > 0)
  })
})

describe("a Bot API server of one's own", () => {
  const warnedOf = (apiRoot: string) => judge(telegram({ apiRoot })).warnings

  it.each(['https://bots.example.org/api', 'http://127.0.0.1:8081', 'http://[::1]:8081/', 'http://0x7f.1:8081'])(
    '%s is taken without a word',
    (apiRoot) => {
      expect(judge(telegram({ apiRoot })).problems).toEqual([])
      expect(warnedOf(apiRoot)).toEqual([])
    },
  )

  it.each(['http://10.1.2.3:8081', 'http://telegram-bot-api:8081', 'http://[fd00::1]', 'http://bots.internal'])(
    '%s is taken with a warning',
    (apiRoot) => {
      expect(judge(telegram({ apiRoot })).problems).toEqual([])
      expect(warnedOf(apiRoot)).toEqual([expect.stringContaining('channels.telegram.apiRoot: http lets everybody')])
    },
  )

  it.each(['http://172.32.0.1', 'http://[2001:db8::1]', 'http://bots.example.org', 'http://127.0.0.1.example.org'])(
    '%s is refused',
    (apiRoot) => {
      expect(judge(telegram({ apiRoot })).problems).toEqual([expect.stringContaining('needs https')])
    },
  )

  it.each([
    'https://me:pass@bots.example.org',
    'https://x/?a=b',
    'https://x/#a',
    'ftp://x',
    'http://',
    'x',
    'https://[x',
  ])('%s is no address of one', (apiRoot) => {
    const { problems } = judge(telegram({ apiRoot }))
    expect(problems).toEqual([expect.stringContaining('expected an http:// or https:// address without user')])
  })
})

describe('single keys', () => {
  it.each<[unknown, string]>([
    [{ gateway: { auth: { mode: 'tokn' } } }, 'expected token, password, trusted-proxy or none, got "tokn"'],
    [{ gateway: { port: 0 } }, 'expected a whole number from 1 to 65535, got 0'],
    [{ gateway: { trustedProxies: ['x'] } }, 'expected an IP address or a network like 10.0.0.0/8, got "x"'],
    [{ gateway: { controlUi: { basePath: '/a/' } } }, 'expected "" or a path like /control'],
    [
      { session: { maintenance: { pruneAfter: 'soon' } } },
      'expected a duration like 250ms, 30s, 5m or 1h30m, got "soon"',
    ],
    [{ logging: { maxFileBytes: '10 pounds' } }, 'expected a size like 512b, 64kb or 10mb, got "10 pounds"'],
    [{ channels: { discord: { allowFrom: [5] } } }, 'expected an id in quotes, because a number loses its last digits'],
    [{ channels: { telegram: { allowFrom: [2 ** 60] } } }, 'ids of more than 15 digits in quotes'],
    [{ channels: { telegram: { dmPolcy: 'open' } } }, 'unknown key (did you mean "dmPolicy"?)'],
    [{ messages: { queue: { mode: 'x' } } }, 'expected steer, followup, collect'],
    [{ cron: { sessionRetention: true } }, 'expected a duration like 24h, or false, got true'],
  ])('%j', (value, message) => {
    const { problems } = judge(value)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
  })

  it('secrets never show in a problem', () => {
    const { problems } = judge({ channels: { slack: { botToken: ['top'], signingSecret: 7 } }, env: { A: 5 } })
    expect(problems).toHaveLength(3)
    expect(problems.join()).not.toMatch(/top|, got 7|, got 5/)
  })
})

describe('reserved keys', () => {
  it('are accepted with one warning that lists them', () => {
    const { config, warnings } = judge({
      meta: { x: 1 },
      browser: { anything: [1] },
      messages: { tts: true },
      channels: { whatsapp: { x: 1 } },
      agents: { list: [{ id: 'a', memorySearch: {}, sandbox: { mode: 'off' } }] },
    })
    expect(config).not.toBeNull()
    expect(warnings).toHaveLength(1)
    for (const key of ['browser', 'messages.tts', 'channels.whatsapp', 'agents.list[0].memorySearch']) {
      expect(warnings[0]).toContain(key)
    }
    expect(warnings[0]).not.toContain('meta')
  })

  it.each([
    [{ agents: { defaults: { sandbox: { mode: 'all' } } } }, 'agents.defaults.sandbox'],
    [{ agents: { list: [{ id: 'a', sandbox: { image: 'x' } }] } }, 'agents.list[0].sandbox'],
    [{ tools: { exec: { host: 'sandbox' } } }, 'tools.exec.host'],
    [{ agents: { list: [{ id: 'a', tools: { exec: { host: 'sandbox' } } }] } }, 'agents.list[0].tools.exec.host'],
    [{ tools: { sandbox: {} } }, 'tools.sandbox'],
  ])('that promise isolation are refused: %j', (value, path) => {
    const { config, problems } = judge(value)
    expect(config).toBeNull()
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`unsupported ${path}: this version does not isolate`)
  })
})

it('what is doubtful but harmless is a warning', () => {
  const { config, warnings } = judge({
    agents: {
      list: [
        { id: 'a', default: true },
        { id: 'b', default: true, model: 'own/z' },
      ],
    },
    models: { providers: { own: { models: [{ id: 'x' }] } } },
    session: { mainKey: 'other', identityLinks: { ann: ['ann'] } },
    channels: { irc: { dmPolicy: 'allowlist' } },
    bindings: [{ agentId: 'a', match: { channel: 'matrix' } }],
  })
  expect(config).not.toBeNull()
  expect(warnings.map((warning) => warning.split(':')[0])).toEqual([
    'conflict agents.list[1].default',
    'conflict channels.irc.dmPolicy',
    'not_found bindings[0].match.channel',
    'conflict session.identityLinks.ann[0]',
    'bad_value session.mainKey',
    'not_found agents.list[1].model',
  ])
})
