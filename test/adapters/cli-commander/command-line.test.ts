import { describe, expect, it } from 'vitest'
import { firstBadCharacter } from '../../../src/adapters/cli-commander/json-text.js'
import { nearest } from '../../../src/adapters/cli-commander/nearest.js'
import { CliStage } from '../../doubles/cli-stage.js'

describe('bad command lines', () => {
  it.each([
    [['gateway', '--prot', '1'], 'unknown option --prot (did you mean --port?)'],
    [['helth'], 'unknown command helth (did you mean health?)'],
    [['gateway', 'stauts'], 'unknown command gateway stauts (did you mean status?)'],
    [['gateway', '--port', 'abc'], '--port: expected a whole number from 0 to 65535, got "abc"'],
    [['gateway', '--port'], '--port needs a value: --port <1-65535>'],
    [['gateway', '--bind', 'wlan'], '--bind: expected one of loopback, lan, tailnet, auto, custom, got "wlan"'],
    [['gateway', 'call'], 'missing argument <method>'],
    [['health', 'extra'], 'surplus argument for health: expected 0, got 1'],
    [['gateway', 'status', '--force'], 'unknown option --force'],
    [['--dev', '--profile', 'x', 'health'], '--dev and --profile x name different profiles'],
    [['health', '--profile', 'a/b'], '--profile: expected 1 to 64 letters, digits, "_" or "-", got "a/b"'],
    [['logs', '--grep', '('], '--grep: not a regular expression: "("'],
    [
      ['health', '--log-level', 'loud'],
      '--log-level: expected one of silent, fatal, error, warn, info, debug, trace, got "loud"',
    ],
    [['gateway', 'call', 'x', '--params', '{a'], '--params is not valid JSON: line 1 column 2'],
    [['gateway', 'call', 'x', '--params', '@nowhere'], '--params: cannot read nowhere: ENOENT'],
    [['health', '--url', 'ws://127.0.0.1:1'], '--url needs --token or --password'],
    [['health', '--url', 'nonsense', '--token', 't'], '--url: expected a ws:// or wss:// address, got "nonsense"'],
    [
      ['health', '--tls-fingerprint', 'abc'],
      '--tls-fingerprint: expected a SHA-256 fingerprint (64 hex digits, colons allowed), got "abc"',
    ],
    [
      ['agent', '-m', 'x', '--tls-fingerprint', 'a'.repeat(64)],
      '--tls-fingerprint needs a wss:// address, and ws://127.0.0.1:18789 is not encrypted',
    ],
    [['agent'], 'missing -m <text> (or pipe the text to stdin)'],
    [['agent', '-m', ' '], 'the message is empty'],
    [
      ['agent', '-m', 'x', '--local'],
      '--local is not offered: a run without the gateway would bypass its locks and policies',
    ],
  ])('%j: %s', async (argv, message) => {
    const { exitCode, stdout, stderr } = await new CliStage().run(...argv)
    expect(stderr.split('\n')[0]).toBe(`Error: ${message}`)
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
  })

  it('is one JSON document with --json, wherever the flag stands', async () => {
    for (const argv of [
      ['--json', 'gateway', '--prot'],
      ['gateway', '--prot', '--json'],
    ]) {
      const { exitCode, stdout } = await new CliStage().run(...argv)
      expect(exitCode).toBe(2)
      expect(JSON.parse(stdout)).toEqual({
        ok: false,
        error: { code: 'usage', message: 'unknown option --prot (did you mean --port?)', hint: null, details: {} },
      })
    }
  })

  it('shows stacks only with --log-level debug or trace', async () => {
    expect((await new CliStage().run('agent')).stderr).not.toContain('at ')
    expect((await new CliStage().run('agent', '--log-level', 'debug')).stderr).toMatch(/\n +at /)
  })
})

describe('help and version', () => {
  it('alone prints the help and succeeds', async () => {
    const { exitCode, stdout } = await new CliStage().run()
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Usage: mayros')
    expect(stdout).toContain('Examples:')
  })

  it.each([['-V'], ['--version'], ['-v']])('%s prints the version', async (flag) => {
    expect(await new CliStage().run(flag)).toEqual({ exitCode: 0, stdout: '1.2.3\n', stderr: '' })
  })

  it.each([
    ['gateway'],
    ['gateway run'],
    ['gateway call'],
    ['gateway status'],
    ['health'],
    ['status'],
    ['agent'],
    ['logs'],
    ['devices'],
    ['devices list'],
    ['devices approve'],
    ['devices reject'],
    ['devices remove'],
    ['devices rotate'],
    ['devices revoke'],
    ['security'],
    ['security audit'],
    ['security log'],
  ])('%s --help fits one screen and has two examples', async (command) => {
    const { exitCode, stdout } = await new CliStage().run(...command.split(' '), '--help')
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').length).toBeLessThan(40)
    expect(stdout.split('Examples:\n')[1]?.trim().split('\n')).toHaveLength(2)
  })
})

describe('gateway run', () => {
  it('is the default of gateway and takes every flag', async () => {
    const stage = new CliStage({ stdin: 's3cret\nmore', runGateway: async () => 78 })
    const { exitCode } = await stage.run(
      ...'gateway --port 18800 --bind lan --auth token --token - --verbose --allow-unconfigured --force --dev --ws-log full --json --no-color --log-level debug'.split(
        ' ',
      ),
    )
    expect(exitCode).toBe(78)
    expect(stage.environments).toEqual([{ dev: true }])
    const { environment, ...options } = stage.ran[0] ?? {}
    expect(environment?.profile).toBe('dev')
    expect(options).toEqual({
      port: 18800,
      bind: 'lan',
      auth: 'token',
      token: 's3cret',
      verbose: true,
      allowUnconfigured: true,
      lastGood: false,
      force: true,
      wsLog: 'full',
      json: true,
      color: false,
      logLevel: 'debug',
    })
  })

  it('is the same with run, and knows --compact', async () => {
    const stage = new CliStage()
    expect((await stage.run('--profile', 'work', 'gateway', 'run', '--compact')).exitCode).toBe(0)
    expect(stage.environments).toEqual([{ profile: 'work' }])
    expect(stage.ran[0]).toMatchObject({ wsLog: 'compact', force: false, verbose: false, color: true })
    expect(stage.ran[0]).not.toHaveProperty('port')
  })

  it('an unexpected error is reported, not thrown', async () => {
    const stage = new CliStage({ runGateway: () => Promise.reject(new Error('boom')) })
    expect(await stage.run('gateway', '--json')).toEqual({
      exitCode: 1,
      stdout: '{"ok":false,"error":{"code":"internal","message":"boom","hint":null,"details":{}}}\n',
      stderr: 'Error: boom\n',
    })
  })
})

it.each([
  ['{a', 1],
  ['', 0],
  ['{"a":1', 6],
  ['[1,]', 3],
  ['{"a":1}x', 7],
  ['"\\q"', 1],
  ['{"a":tru}', 8],
])('firstBadCharacter(%j) is %i', (text, index) => expect(firstBadCharacter(text)).toBe(index))

it('nearest finds what was meant, and nothing for a different word', () => {
  expect(nearest('stauts', ['status', 'health'])).toBe('status')
  expect(nearest('xyz', ['status', 'health'])).toBeUndefined()
})
