import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CliDeps } from '../../../src/adapters/cli-commander/cli-deps.js'
import { awaitReload } from '../../../src/adapters/cli-commander/config/await-reload.js'
import { parseValueText } from '../../../src/adapters/config-json5/parse-value-text.js'
import { NodeSecrets } from '../../../src/adapters/secrets-node/node-secrets.js'
import { hashPassword } from '../../../src/adapters/secrets-node/password-hash.js'
import { CliStage, recordOn } from '../../doubles/cli-stage.js'
import { GatewayDouble, helloOk } from '../../doubles/gateway-double.js'
import { ConfigDirectory, ref } from '../config-json5/config-directory.js'

const TEXT = `{
  // where
  gateway: { port: 18789, auth: { token: "hush-hush" } },
  agents: { list: [{ id: "main" }, { id: "ops", name: "Ops" }] },
  session: { $include: "session.json5" },
}
`
let directory: ConfigDirectory
let openConfig: CliDeps['openConfig']

beforeEach(async () => {
  directory = await ConfigDirectory.create({ 'mayros.json': TEXT, 'session.json5': '{ scope: "global" }\n' })
  openConfig = async (_, path) => ({
    source: directory.recorded(path === undefined ? {} : { path }),
    history: directory.history,
    parseValue: parseValueText,
  })
})
afterEach(() => directory.remove())

const run = (...argv: string[]) => new CliStage({ openConfig }).run('config', ...argv)

describe('config get', () => {
  it.each([
    [['gateway.port'], '18789\n'],
    [['session.scope'], 'global\n'],
    [['gateway.bind'], 'loopback\n'],
    [['agents.list[id=ops].name'], 'Ops\n'],
    [['agents.list[0]', '--json'], '{\n  "id": "main"\n}\n'],
    [['gateway.bind', '--origin'], 'loopback  (default)\n'],
  ])('%j', async (argv, stdout) => {
    expect(await run('get', ...argv)).toEqual({ exitCode: 0, stdout, stderr: '' })
  })

  it('names the file and the line', async () => {
    const { stdout } = await run('get', 'session.scope', '--origin')
    expect(stdout).toBe(`global  (${join(directory.path, 'session.json5')}:1)\n`)
  })

  it('hides secrets unless asked', async () => {
    expect(await run('get', 'gateway.auth.token')).toEqual({
      exitCode: 0,
      stdout: '__MAYROS_REDACTED__\n',
      stderr: 'secrets are hidden; show them with --reveal\n',
    })
    expect((await run('get', 'gateway.auth.token', '--reveal')).stdout).toBe('hush-hush\n')
  })

  it.each([
    ['gateway.prt', 1, 'Error: no such key: gateway.prt (did you mean gateway.port?)\n'],
    ['gateway.customBindHost', 1, 'Error: not set: gateway.customBindHost\n'],
    ['agents.list[id=none].name', 1, 'Error: not set: agents.list[id=none].name\n'],
    ['gateway..port', 2, 'Error: bad path gateway..port: expected a key at column 9\n'],
  ])('%s', async (path, exitCode, stderr) => {
    expect(await run('get', path)).toEqual({ exitCode, stdout: '', stderr })
  })

  it('works beside a missing variable, but not for its key', async () => {
    await directory.write({ 'mayros.json': `{ gateway: { port: 1, auth: { token: "${ref('NONE')}" } } }` })
    expect(await run('get', 'gateway.port')).toMatchObject({ exitCode: 0, stdout: '1\n' })
    const { exitCode, stderr } = await run('get', 'gateway.auth.token')
    expect(exitCode).toBe(78)
    expect(stderr).toContain('gateway.auth.token: environment variable NONE is not set')
  })
})

describe('config set', () => {
  it('changes one line and tells where', async () => {
    expect(await run('set', 'gateway.port', '18800')).toEqual({
      exitCode: 0,
      stdout: 'set gateway.port = 18800 (mayros.json:3)\ngateway not running\n',
      stderr: '',
    })
    expect(await directory.text()).toBe(TEXT.replace('18789', '18800'))
    const audit = await readFile(join(directory.stateDir, 'logs/config-audit.jsonl'), 'utf8')
    expect(JSON.parse(audit)).toMatchObject({
      source: 'cli',
      actor: 'config set gateway.port',
      changed: ['gateway.port'],
    })
  })

  it('tells programs the value, its place and what follows', async () => {
    const written = JSON.parse((await run('set', 'cron.enabled', 'false', '--json')).stdout)
    expect(written).toMatchObject({
      ok: true,
      path: 'cron.enabled',
      file: join(directory.path, 'mayros.json'),
      line: expect.any(Number),
      changed: ['cron.enabled'],
      reload: { hot: ['cron.enabled'], restart: [], actions: ['cron'] },
      outcome: 'gateway not running',
    })
    const removed = JSON.parse((await run('unset', 'cron.enabled', '--json')).stdout)
    expect(removed).toMatchObject({ path: 'cron.enabled', line: written.line, changed: ['cron.enabled'] })
  })

  it('writes into the file that owns the value', async () => {
    expect((await run('set', 'session.scope', 'per-sender')).stdout).toContain('(session.json5:1)')
    expect(await directory.text('session.json5')).toBe('{ scope: "per-sender" }\n')
  })

  it('stores what the schema wants: digits as a text where only a text fits', async () => {
    const { stdout } = await run('set', 'gateway.auth.token', '12345')
    expect(stdout).toContain('set gateway.auth.token = "__MAYROS_REDACTED__"')
    expect((await run('get', 'gateway.auth.token', '--reveal')).stdout).toBe('12345\n')
    await run('set', 'agents.list[1].name', 'two words')
    await run('set', 'agents.list[1].default', 'true')
    expect((await run('get', 'agents.list[1]', '--json')).stdout).toContain('"default": true')
  })

  it('writes nothing when the result would be invalid', async () => {
    const { exitCode, stderr } = await run('set', 'gateway.port', '99999')
    expect(exitCode).toBe(1)
    expect(stderr).toBe(
      'Error: nothing written, the configuration would be invalid\n' +
        '  mayros.json:3:20  gateway.port: expected a whole number from 1 to 65535, got 99999\n',
    )
    expect(await directory.text()).toBe(TEXT)
  })

  it('says so when nothing changes', async () => {
    expect((await run('set', 'gateway.port', '18789')).stdout).toBe('gateway.port is 18789 already (mayros.json:3)\n')
  })

  it('refuses what is not JSON5 when told to', async () => {
    expect(await run('set', 'session.scope', 'global scope', '--strict-json')).toMatchObject({ exitCode: 2 })
  })

  it.each([
    [
      'gateway.port',
      '18800',
      'would set gateway.port = 18800 (mayros.json:3)\n  gateway.port: 18789 -> 18800\nwould restart the gateway (gateway.port)\n',
    ],
    [
      'gateway.auth.token',
      'other',
      'would set gateway.auth.token = "__MAYROS_REDACTED__" (mayros.json:3)\n  gateway.auth.token: another secret\nwould be applied at once (auth)\n',
    ],
  ])('--dry-run shows what %s would do', async (path, value, stdout) => {
    expect(await run('set', path, value, '--dry-run')).toEqual({ exitCode: 0, stdout, stderr: '' })
    expect(await directory.text()).toBe(TEXT)
  })

  it('--json is one document without secrets', async () => {
    const { stdout } = await run('set', 'gateway.auth.token', 'other-secret', '--json')
    expect(stdout).not.toContain('secret"')
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      dryRun: false,
      changes: [{ path: 'gateway.auth.token' }],
      reload: { kind: 'hot', actions: ['auth'] },
    })
  })
})

describe('config set gateway.auth.password', () => {
  const stored = async () => (await run('get', 'gateway.auth.password', '--reveal')).stdout.trim()

  it('stores a hash, says how to log in, and shows nothing', async () => {
    const { exitCode, stdout, stderr } = await run('set', 'gateway.auth.password', 'correct horse')
    expect(exitCode).toBe(0)
    expect(stdout).toBe('set gateway.auth.password = "__MAYROS_REDACTED__" (mayros.json:3)\ngateway not running\n')
    expect(stderr).toContain('stored as a scrypt hash')
    expect(stderr).toContain('MAYROS_GATEWAY_PASSWORD')
    const text = await directory.text()
    expect(text).not.toContain('horse')
    expect(text).toContain('// where')
    expect(await new NodeSecrets().matchesPassword('correct horse', await stored())).toBe(true)
  })

  it.each([
    ['digits', ['gateway.auth.password', '12345'], '12345'],
    ['a whole section', ['gateway.auth', '{ mode: "password", password: "in there" }'], 'in there'],
    ['what would be a variable, escaped', ['gateway.auth.password', `$${ref('NAME')}`], ref('NAME')],
  ])('hashes %s', async (_, argv, password) => {
    expect(await run('set', ...argv)).toMatchObject({ exitCode: 0 })
    expect(await new NodeSecrets().matchesPassword(password, await stored())).toBe(true)
  })

  it('keeps a hash, and a reference to a variable or file', async () => {
    const hash = await hashPassword('x')
    expect(await run('set', 'gateway.auth.password', hash)).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await stored()).toBe(hash)
    openConfig = async () => ({
      source: directory.recorded({ variables: { SOME_PASSWORD: 'from a variable' } }),
      history: directory.history,
      parseValue: parseValueText,
    })
    await run('set', 'gateway.auth.password', ref('SOME_PASSWORD'))
    expect(await directory.text()).toContain(`password: "${ref('SOME_PASSWORD')}"`)
    expect(await stored()).toBe('from a variable')
    await directory.write({ 'pass.txt': 'from a file' })
    await run('set', 'gateway.auth.password', JSON.stringify({ file: join(directory.path, 'pass.txt') }))
    expect(await stored()).toBe('from a file')
  })

  it('refuses what only resembles a hash', async () => {
    const { exitCode, stderr } = await run('set', 'gateway.auth.password', '$scrypt$ln=30,r=8,p=1$abc$def')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('resembles a scrypt hash')
    expect(await directory.text()).toBe(TEXT)
  })

  it('hears from a gateway that takes the new password a moment later', async () => {
    let attempts = 0
    const server = await GatewayDouble.start({
      connect: (call) => {
        attempts += 1
        if (attempts > 1) return call.ok(helloOk())
        call.fail('INVALID_REQUEST', 'unauthorized: gateway password mismatch', {
          details: { code: 'AUTH_PASSWORD_MISMATCH' },
        })
      },
      methods: { health: (call) => call.ok({ config: { hash: 'old', pendingRestart: ['gateway.auth'] } }) },
    })
    try {
      const stage = new CliStage({ openConfig, record: recordOn(server.port), hints: { runToken: 'pass' } })
      const { stdout } = await stage.run('config', 'set', 'gateway.auth.password', 'new')
      expect(stdout.trim().split('\n')[1]).toBe('pending until the gateway restarts (gateway.auth)')
      expect(attempts).toBe(2)
    } finally {
      await server.stop()
    }
  })

  it('leaves other secrets alone', async () => {
    await run('set', 'gateway.remote.password', 'theirs')
    expect((await run('get', 'gateway.remote.password', '--reveal')).stdout).toBe('theirs\n')
  })
})

describe('config unset', () => {
  it('removes a value that is written, and only such', async () => {
    expect((await run('unset', 'gateway.port')).stdout).toBe(
      'removed gateway.port (mayros.json:3)\ngateway not running\n',
    )
    expect(await directory.text()).toBe(TEXT.replace('port: 18789, ', ''))
    expect(await run('unset', 'gateway.port')).toMatchObject({ exitCode: 1, stderr: 'Error: not set: gateway.port\n' })
  })
})

describe('config validate, file and schema', () => {
  it('say valid, or everything that is wrong', async () => {
    expect(await run('validate')).toEqual({ exitCode: 0, stdout: 'valid\n', stderr: '' })
    await directory.write({ 'other.json5': '{\n gatway: {},\n session: { scope: "all" } }' })
    const { exitCode, stdout } = await run('validate', join(directory.path, 'other.json5'))
    expect(exitCode).toBe(78)
    expect(stdout).toContain('other.json5:2:2  gatway: unknown key (did you mean "gateway"?)')
    expect(stdout).toContain('other.json5:3:20  session.scope: expected per-sender or global, got "all"')
    expect(await run('validate', join(directory.path, 'none.json'))).toMatchObject({ exitCode: 1 })
  })

  it('tell the path and a schema', async () => {
    expect((await run('file')).stdout).toBe('/home/alice/.mayros/mayros.json\n')
    expect(JSON.parse((await run('file', '--json')).stdout)).toEqual({
      path: '/home/alice/.mayros/mayros.json',
      exists: false,
      stateDir: '/home/alice/.mayros',
      profile: null,
      source: 'default',
    })
    expect(JSON.parse((await run('schema')).stdout)).toMatchObject({ type: 'object' })
  })
})

describe('config history, diff and rollback', () => {
  it('go back to an older text, comments included', async () => {
    await run('set', 'gateway.port', '18800')
    await run('set', 'gateway.auth.token', 'new-secret')
    await run('set', 'session.scope', 'per-sender')
    const listed = (await run('history')).stdout.trim().split('\n')
    expect(listed.map((line) => line.split(/ {2,}/)[0])).toEqual(['now', '1', '2', '3'])
    expect(listed[3]).toContain('edited by hand')
    expect(JSON.parse((await run('history', '--json')).stdout)).toHaveLength(4)
    expect((await run('diff', '3')).stdout.trim().split('\n').sort()).toEqual([
      'gateway.auth.token: another secret',
      'gateway.port: 18789 -> 18800',
      'session.scope: "global" -> "per-sender"',
    ])
    expect((await run('rollback', '3', '--dry-run')).stdout).toContain('would restore version 3')
    expect((await run('rollback', '3')).stdout).toMatch(
      /^restored version 3 \(.*\), 3 values changed\ngateway not running\n$/,
    )
    expect(await directory.text()).toBe(TEXT)
    expect(await directory.text('session.json5')).toBe('{ scope: "global" }\n')
    expect((await run('restore', '1')).stdout).toContain('restored version 1')
    expect((await run('get', 'session.scope')).stdout).toBe('per-sender\n')
    expect(await run('rollback', '99')).toMatchObject({ exitCode: 1 })
    expect(await run('rollback', '0')).toMatchObject({ exitCode: 2 })
  })
})

describe('awaitReload', () => {
  const waiting = () => {
    let now = 0
    return {
      now: () => now,
      pause: async (milliseconds: number) => {
        now += milliseconds
      },
    }
  }
  const clientSaying = (...configs: unknown[]) => {
    let calls = 0
    return {
      call: async <T>() => ({ config: configs[Math.min(calls++, configs.length - 1)] }) as T,
    }
  }
  const written = { hash: 'h', snapshotHash: 's' }

  it.each([
    ['runs on it', [{ hash: 'old' }, { hash: 'h' }], { kind: 'applied' }],
    [
      'runs on all files of it',
      [
        { hash: 'h', snapshotHash: 'old' },
        { hash: 'h', snapshotHash: 's' },
      ],
      { kind: 'applied' },
    ],
    ['waits', [{ hash: 'old', pendingRestart: ['gateway.port'] }], { kind: 'pending', paths: ['gateway.port'] }],
    ['keeps the old one', [{ hash: 'old', lastError: 'restart refused' }], { kind: 'kept', reason: 'restart refused' }],
    ['says nothing', [{ hash: 'old', lastError: null }], { kind: 'unknown' }],
    ['knows nothing', [undefined], { kind: 'unknown' }],
  ])('hears that the gateway %s', async (_, configs, news) => {
    expect(await awaitReload(clientSaying(...configs), written, waiting())).toEqual(news)
  })
})
