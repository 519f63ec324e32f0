import fc from 'fast-check'

/** Valid values at many places of the file: of every section, of every reload class. */
const CHOICES: readonly (readonly [string, readonly unknown[]])[] = [
  ['gateway.mode', ['local', 'remote']],
  ['gateway.port', [1000, 2000]],
  ['gateway.bind', ['loopback', 'lan', 'auto']],
  ['gateway.auth.mode', ['token', 'none']],
  ['gateway.auth.token', ['aaa', 'bbb']],
  ['gateway.auth.rateLimit.maxAttempts', [3, 4]],
  ['gateway.controlUi.basePath', ['/a', '/b']],
  ['gateway.controlUi.allowedOrigins', [['http://a'], ['http://a', 'http://b']]],
  ['gateway.remote.url', ['ws://a', 'ws://b']],
  ['gateway.reload.mode', ['off', 'hot', 'restart', 'hybrid']],
  ['gateway.reload.debounceMs', [0, 100]],
  ['gateway.channelHealthCheckMinutes', [0, 1]],
  ['gateway.tls.enabled', [true, false]],
  ['agents.defaults.model', ['openai/a', { primary: 'openai/b', fallbacks: ['openai/c'] }]],
  ['agents.defaults.heartbeat.every', ['5m', 10]],
  ['agents.defaults.maxConcurrent', [1, 2]],
  ['agents.defaults.workspace', ['/a', '/b']],
  ['agents.defaults.timeoutSeconds', [1, 2]],
  [
    'agents.list',
    [
      [{ id: 'a' }, { id: 'b', model: 'openai/x' }],
      [
        { id: 'b', model: 'openai/y' },
        { id: 'A', heartbeat: { every: '1h' } },
      ],
      [{ id: 'c', identity: { name: 'C' } }],
    ],
  ],
  ['bindings', [[{ agentId: 'main', match: { channel: 'irc' } }], []]],
  ['session.dmScope', ['main', 'per-peer']],
  ['session.store', ['/s1', '/s2']],
  ['session.resetByType', [{ direct: { mode: 'idle' } }, { group: { atHour: 1 } }]],
  ['messages.queue.mode', ['collect', 'steer']],
  ['messages.tts', [{ anything: 1 }]],
  ['commands.native', [true, false]],
  ['channels.telegram', [{}, { botToken: 'x' }, { dmPolicy: 'open', allowFrom: ['*'] }]],
  ['channels.irc.host', ['h1', 'h2']],
  ['channels.irc.accounts.one.nick', ['n1', 'n2']],
  ['channels.irc.accounts.two', [{ historyLimit: 1 }, { nick: 'x', dmPolicy: 'disabled' }]],
  ['channels.modelByChannel.irc.room', ['openai/a', 'openai/b']],
  ['models.providers.own.baseUrl', ['http://a', 'http://b']],
  ['auth.order.openai', [['p'], ['q']]],
  ['tools.deny', [['exec'], []]],
  ['hooks.mappings', [[{ id: 'x' }, { id: 'y', action: 'wake' }], [{ id: 'y' }], [{ action: 'wake' }]]],
  ['cron.enabled', [true, false]],
  ['cron.store', ['/c1', '/c2']],
  ['cron.maxConcurrentRuns', [1, 2]],
  ['logging.level', ['debug', 'info']],
  ['env.vars.A', ['1', '2']],
  ['env.B', ['1', '2']],
  ['ui.seamColor', ['aabbcc']],
  ['discovery.mdns.mode', ['off', 'full']],
  ['plugins.deny', [['p']]],
  ['skills.load.watch', [true, false]],
  ['meta.stamp', [1, 2]],
]

/** What random files say, each valid key by key. */
export function configInputs(): fc.Arbitrary<unknown> {
  const choice = fc
    .integer({ min: 0, max: CHOICES.length - 1 })
    .chain((index) => fc.constantFrom(...CHOICES[index]![1]).map((value) => [CHOICES[index]![0], value] as const))
  return fc.array(choice, { maxLength: 12 }).map((choices) => {
    const file: Record<string, unknown> = {}
    for (const [path, value] of choices) put(file, path.split('.'), structuredClone(value))
    return file
  })
}

function put(owner: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) owner[key] = value
  else {
    if (typeof owner[key] !== 'object' || owner[key] === null) owner[key] = {}
    put(owner[key] as Record<string, unknown>, rest, value)
  }
}
