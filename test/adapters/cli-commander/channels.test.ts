import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseValueText } from '../../../src/adapters/config-json5/parse-value-text.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { answering, GatewayDouble } from '../../doubles/gateway-double.js'
import { ConfigDirectory } from '../config-json5/config-directory.js'

const TEXT = `{
  channels: {
    irc: { host: "irc.example.org", nick: "mayros" }, // the old one
    telegram: { accounts: { home: { botToken: "1:abc" }, work: { tokenFile: "/run/token" } } },
  },
  bindings: [{ agentId: "main", match: { channel: "irc", peer: { kind: "channel", id: "#ops" } } }],
}
`

let directory: ConfigDirectory
let stage: CliStage
const cleanups: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  directory = await ConfigDirectory.create({ 'mayros.json': TEXT })
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
  await directory.remove()
})

function run(argv: readonly string[], scene: CliScene = {}) {
  stage = new CliStage({
    openConfig: async () => ({ source: directory.recorded(), history: directory.history, parseValue: parseValueText }),
    ...scene,
  })
  return stage.run(...argv)
}

const fileText = () => directory.text()

describe('channels list', () => {
  it('shows accounts and where their credentials come from, never what they are', async () => {
    const { exitCode, stdout } = await run(['channels', 'list', '--json'], { variables: { IRC_PASSWORD: 'x' } })
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('1:abc')
    expect(JSON.parse(stdout).accounts).toMatchObject([
      {
        channel: 'telegram',
        accountId: 'home',
        credentials: [{ key: 'botToken', source: expect.stringContaining(':4') }],
      },
      { channel: 'telegram', accountId: 'work', credentials: [{ source: expect.stringContaining('tokenFile (') }] },
      { channel: 'irc', accountId: 'default', credentials: [{ key: 'password', source: 'variable IRC_PASSWORD' }] },
    ])
    expect((await run(['channels', 'list'])).stdout).toContain('irc/default')
  })
})

describe('channels add', () => {
  it('asks the network, writes what it was told and keeps the rest', async () => {
    const argv = ['channels', 'add', '--channel', 'webhook', '--reply-url', 'http://127.0.0.1:1/x', '--secret', '-']
    const { exitCode, stdout } = await run([...argv, '--json'], { stdin: 's3cret\n' })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, channel: 'webhook', accountId: 'default', verified: true })
    expect(stage.probed).toEqual(['webhook/default'])
    expect(await fileText()).toContain('// the old one')
    expect(await fileText()).toMatch(/webhook: \{\s*secret: "s3cret",\s*replyUrl: "http:\/\/127.0.0.1:1\/x",?\s*\}/)
  })

  it('writes nothing when the network says no, unless it is not asked', async () => {
    const argv = ['channels', 'add', '--channel', 'telegram', '--account', 'new', '--token', '7:no']
    const refused = await run(argv, { probe: { ok: false, latencyMs: 1, error: 'the token is not accepted' } })
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('telegram/new: the token is not accepted')
    expect(refused.stderr).toContain('--no-verify')
    expect(await fileText()).toBe(TEXT)
    expect((await run([...argv, '--no-verify'])).exitCode).toBe(0)
    expect(stage.probed).toEqual([])
    expect(await fileText()).toMatch(/new: \{\s*botToken: "7:no",?\s*\}/)
  })

  it('leaves the account that the channel itself was', async () => {
    const argv = [
      'channels',
      'add',
      '--channel',
      'irc',
      '--account',
      'two',
      '--nick',
      'other',
      '--join',
      '#a,#b',
      '--no-tls',
    ]
    expect((await run(argv)).exitCode).toBe(0)
    const { stdout } = await run(['channels', 'list', '--json'])
    expect(JSON.parse(stdout).accounts.map(({ channel, accountId }: never) => `${channel}/${accountId}`)).toEqual([
      'telegram/home',
      'telegram/work',
      'irc/default',
      'irc/two',
    ])
    expect(await fileText()).toMatch(/tls: false/)
  })

  it.each([
    [['--channel', 'pager'], '--channel: expected one of telegram, irc, webhook, discord, slack, got "pager"'],
    [['--channel', 'irc', '--token', 'x'], '--token means nothing to irc'],
    [['--channel', 'telegram'], 'channels add --channel telegram needs what opens the door'],
    [['--channel', 'telegram', '--use-env'], '--use-env: set TELEGRAM_BOT_TOKEN'],
    [[], 'mayros channels add asks questions and nobody can be asked here'],
  ])('%j is a bad command line', async (flags, message) => {
    const { exitCode, stderr } = await run(['channels', 'add', ...flags])
    expect(stderr).toContain(message)
    expect(exitCode).toBe(2)
    expect(await fileText()).toBe(TEXT)
  })

  it('takes a token that is in the environment', async () => {
    await run(['channels', 'remove', '--channel', 'telegram', '--account', 'home', '--delete', '--yes'])
    await run(['channels', 'remove', '--channel', 'telegram', '--account', 'work', '--delete', '--yes'])
    expect(await fileText()).not.toContain('telegram')
    const argv = ['channels', 'add', '--channel', 'telegram', '--use-env']
    expect((await run(argv, { variables: { TELEGRAM_BOT_TOKEN: '1:x' } })).exitCode).toBe(0)
    expect(await fileText()).toMatch(/telegram: \{\}/)
  })
})

describe('channels remove', () => {
  it('switches off, or deletes after asking', async () => {
    expect((await run(['channels', 'remove', '--channel', 'irc'])).exitCode).toBe(0)
    expect(await fileText()).toMatch(/nick: "mayros", enabled: false/)
    const argv = ['channels', 'remove', '--channel', 'irc', '--delete']
    expect((await run(argv, { stdin: '' })).exitCode).toBe(2)
    expect((await run(argv, { stdin: 'n\n', isTyped: true })).exitCode).toBe(1)
    expect((await run(argv, { stdin: 'y\n', isTyped: true })).exitCode).toBe(0)
    expect(await fileText()).not.toContain('irc.example.org')
    expect((await run(argv)).stderr).toContain('there is no account irc/default')
  })
})

describe('agents route', () => {
  it('tells who would answer, and why', async () => {
    const { stdout } = await run(['agents', 'route', '--channel', 'irc', '--peer', 'channel:#ops', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      agentId: 'main',
      sessionKey: 'agent:main:irc:channel:#ops',
      mainSessionKey: 'agent:main:main',
      matchedBy: 'binding.peer',
      bindingIndex: 0,
    })
    expect((await run(['agents', 'route', '--channel', 'irc', '--peer', 'ann'])).stdout.split('\n')).toEqual([
      'agent    main',
      'session  agent:main:main',
      'because  no binding matches: the default agent',
      '',
    ])
  })
})

async function gateway(methods: Record<string, (params: Record<string, unknown>) => unknown>): Promise<CliScene> {
  const server = await GatewayDouble.start({ token: 's3cret', methods: answering(methods) })
  cleanups.push(() => server.stop())
  return { record: recordOn(server.port), hints: { token: 's3cret' } }
}

describe('channels of a running gateway', () => {
  it('tell which answers were given up, and send one again', async () => {
    const asked: unknown[] = []
    const letter = {
      id: 'run-1/0',
      channel: 'irc',
      accountId: 'default',
      place: { kind: 'channel', chatId: '#a' },
      text: 'the first half, the second half',
      sentTo: 16,
      failedAt: Date.now() - 120_000,
      code: 'forbidden',
      reason: 'may not speak here',
    }
    const scene = await gateway({
      'channels.deadLetters': (params) => {
        asked.push(params)
        return { letters: [letter] }
      },
      'channels.resend': (params) => {
        asked.push(params)
        return { ok: true, channel: 'irc', accountId: 'default', place: letter.place }
      },
    })
    expect((await run(['channels', 'dead-letters'], scene)).stdout.split('\n')).toEqual([
      'run-1/0  irc/default channel #a  2m ago, 16 of 31 characters sent',
      '  forbidden: may not speak here',
      '  the second half',
      '',
    ])
    const again = await run(['channels', 'dead-letters', '--resend', 'run-1/0'], scene)
    expect(again).toMatchObject({ exitCode: 0, stdout: 'is sent again: irc/default channel #a\n' })
    expect(asked).toEqual([{ limit: 20 }, { id: 'run-1/0' }])
    const json = await run(['channels', 'dead-letters', '--limit', '1', '--json'], scene)
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, letters: [{ id: 'run-1/0', code: 'forbidden' }] })
  })

  it('are switched, and looked at', async () => {
    const asked: unknown[] = []
    const scene = await gateway({
      'channels.restart': (params) => {
        asked.push(params)
        return { ok: true, channel: 'irc', accountId: 'default', status: { accountId: 'default', running: true } }
      },
      'channels.capabilities': () => ({
        accounts: [
          {
            channel: 'irc',
            accountId: 'default',
            label: 'IRC',
            capabilities: { media: { inbound: false, outbound: false }, typing: false, threads: true },
            textLimit: { max: 350, unit: 'bytes' },
          },
        ],
      }),
      'channels.resolve': () => ({
        channel: 'irc',
        accountId: 'default',
        results: [
          { name: '#a', found: true, place: { kind: 'channel', chatId: '#a' } },
          { name: '?', found: false },
        ],
      }),
    })
    const restarted = await run(['channels', 'restart', '--channel', 'irc'], scene)
    expect(restarted).toMatchObject({ exitCode: 0, stdout: 'irc/default connecting\n' })
    expect(asked).toEqual([{ channel: 'irc' }])
    expect((await run(['channels', 'capabilities'], scene)).stdout).toBe(
      'irc/default  threads  messages of 350 bytes\n',
    )
    const resolved = await run(['channels', 'resolve', '#a', '?', '--json'], scene)
    expect(resolved.exitCode).toBe(1)
    expect(JSON.parse(resolved.stdout)).toMatchObject({ ok: false, results: [{ found: true }, { found: false }] })
    expect((await run(['channels', 'stop', '--channel', 'irc'], { hints: { port: 1 } })).exitCode).toBe(3)
    expect((await run(['channels', 'login', '--channel', 'telegram'])).stderr).toContain(
      'telegram has no login; set channels.telegram.botToken',
    )
  })
})

describe('message send', () => {
  it('sends text and files, and says where it went', async () => {
    const asked: Record<string, unknown>[] = []
    const scene = await gateway({
      send: (params) => {
        asked.push(params)
        return { runId: 'run-1', channel: 'irc', accountId: 'default', messageId: 'm1' }
      },
    })
    const sent = await run(
      ['message', 'send', '-t', '@ann', '-m', 'hello', '--channel', 'irc', '--silent', '--json'],
      scene,
    )
    expect(sent.exitCode).toBe(0)
    expect(JSON.parse(sent.stdout)).toEqual({
      ok: true,
      channel: 'irc',
      accountId: 'default',
      to: '@ann',
      messageId: 'm1',
    })
    expect(asked[0]).toEqual({ to: '@ann', message: 'hello', channel: 'irc', silent: true, idempotencyKey: 'run-1' })
    const piped = await run(['message', 'send', '-t', '@ann'], { ...scene, stdin: 'from a pipe\n' })
    expect(piped.stdout).toBe('sent to @ann on irc/default  m1\n')
    expect(asked[1]).toMatchObject({ message: 'from a pipe' })
    await run(['message', 'send', '-t', '@ann', '--media', 'a b.png'], { ...scene, files: { 'a b.png': 'hi' } })
    expect(asked[2]).toMatchObject({ mediaUrl: 'data:image/png;name=a%20b.png;base64,aGk=' })
    expect((await run(['message', 'send', '-t', '@ann'], scene)).exitCode).toBe(2)
    expect((await run(['message', 'send', '-t', '@ann', '--media', 'nowhere'], scene)).exitCode).toBe(2)
  })

  it('only looks with --dry-run', async () => {
    const scene = await gateway({
      'channels.resolve': ({ names }) => ({
        channel: 'irc',
        accountId: 'default',
        results: [{ name: 'x', found: (names as string[])[0] === '@ann' }],
      }),
    })
    const argv = ['message', 'send', '-m', 'hi', '--dry-run', '-t']
    expect((await run([...argv, '@ann'], scene)).stdout).toBe('would send to @ann on irc/default\n')
    const unknown = await run([...argv, '?'], scene)
    expect(unknown.exitCode).toBe(1)
    expect(unknown.stderr).toContain('irc knows no chat named "?"')
  })

  it('goes to all of several, whatever becomes of one', async () => {
    const server = await GatewayDouble.start({
      token: 's3cret',
      methods: {
        send: (call) =>
          call.params.to === '@b'
            ? call.fail('UNAVAILABLE', 'b is away')
            : call.ok({ channel: 'irc', accountId: 'default', messageId: '' }),
      },
    })
    cleanups.push(() => server.stop())
    const scene = { record: recordOn(server.port), hints: { token: 's3cret' } }
    const argv = ['message', 'broadcast', '--targets', '@a,@b', '--targets', '@c', '-m', 'hi']
    const { exitCode, stdout } = await run(argv, scene)
    expect(exitCode).toBe(1)
    expect(stdout.split('\n')).toEqual([
      'sent to @a on irc/default',
      '@b: UNAVAILABLE: b is away',
      'sent to @c on irc/default',
      '',
    ])
    const json = await run([...argv, '--json'], scene)
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, results: [{ ok: true }, { ok: false }, { ok: true }] })
  })
})
