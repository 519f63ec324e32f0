import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import json5 from 'json5'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseValueText } from '../../../src/adapters/config-json5/parse-value-text.js'
import { ClackPrompts } from '../../../src/adapters/prompts-clack/clack-prompts.js'
import { openConfig } from '../../../src/bootstrap/open-config.js'
import { openHome } from '../../../src/bootstrap/open-home.js'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { DOWN, INTERRUPT, RETURN, TypingStreams } from '../../doubles/typing-streams.js'

let home = ''

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'setup-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const stage = (scene: CliScene = {}) =>
  new CliStage({
    home,
    openConfig: async (environment, path) => ({ ...openConfig(environment, path), parseValue: parseValueText }),
    openHome: async ({ stateDir }) => openHome(stateDir),
    ...scene,
  })
const run = (...argv: string[]) => stage().run(...argv)
const config = async (directory = '.mayros') =>
  json5.parse(await readFile(join(home, directory, 'mayros.json'), 'utf8')) as Record<string, unknown>
const modeOf = async (path: string) => (await stat(join(home, path))).mode & 0o777

describe('setup', () => {
  it('makes what a gateway needs, and keeps it the second time', async () => {
    expect(await run('setup')).toEqual({
      exitCode: 0,
      stdout:
        'created ~/.mayros\ncreated ~/.mayros/mayros.json\ncreated ~/.mayros/workspace\n' +
        'generated gateway.auth.token\nstart the gateway: mayros gateway\n',
      stderr: '',
    })
    const first = await config()
    expect(first).toEqual({ gateway: { mode: 'local', auth: { token: expect.stringMatching(/^[\w-]{43}$/) } } })
    expect([await modeOf('.mayros'), await modeOf('.mayros/mayros.json')]).toEqual([0o700, 0o600])
    expect(existsSync(join(home, '.mayros/workspace/AGENTS.md'))).toBe(true)

    expect((await run('setup')).stdout).toBe(
      'kept ~/.mayros\nkept ~/.mayros/mayros.json\nkept ~/.mayros/workspace\nstart the gateway: mayros gateway\n',
    )
    expect(await config()).toEqual(first)
  })

  it('never shows the token', async () => {
    const { stdout, stderr } = await run('setup', '--json')
    const { gateway } = (await config()) as { gateway: { auth: { token: string } } }
    expect(stdout + stderr).not.toContain(gateway.auth.token)
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      profile: null,
      stateDir: join(home, '.mayros'),
      configPath: join(home, '.mayros/mayros.json'),
      mode: 'local',
      workspace: join(home, '.mayros/workspace'),
      steps: [
        { action: 'created', what: 'state directory', path: join(home, '.mayros') },
        { action: 'created', what: 'configuration', path: join(home, '.mayros/mayros.json') },
        { action: 'created', what: 'workspace', path: join(home, '.mayros/workspace') },
      ],
      changed: ['gateway.mode', 'gateway.auth.token'],
      generatedToken: true,
      outcome: null,
      next: 'mayros gateway',
    })
  })

  it('keeps profiles apart: dev has its agent, a named one its port', async () => {
    await run('setup')
    expect((await run('--dev', 'setup')).stdout).toContain('start the gateway: mayros --dev gateway\n')
    expect(await config('.mayros-dev')).toMatchObject({ agents: { list: [{ id: 'dev' }] } })
    await run('--profile', 'rescue', 'setup')
    expect(await config('.mayros-rescue')).toMatchObject({ gateway: { port: 18809 } })
    expect(await config()).not.toHaveProperty('agents')
  })

  it('leaves the usual port to the gateway without a name, even before there is one', async () => {
    await run('--profile', 'rescue', 'setup')
    expect(await config('.mayros-rescue')).toMatchObject({ gateway: { port: 18809 } })
  })

  it('keeps what is written and adds what is missing', async () => {
    await mkdir(join(home, '.mayros'))
    await writeFile(join(home, '.mayros/mayros.json'), '{\n  // mine\n  gateway: { port: 5000 },\n}\n', { mode: 0o600 })
    const { stdout } = await run('setup', '--workspace', '~/work')
    expect(stdout).toContain('changed ~/.mayros/mayros.json\ncreated ~/work\n')
    expect(stdout).toContain('gateway not running\n')
    const text = await readFile(join(home, '.mayros/mayros.json'), 'utf8')
    expect(text).toContain('// mine')
    expect(await config()).toMatchObject({ gateway: { port: 5000, mode: 'local' }, agents: { defaults: {} } })
  })

  it('a client of another machine gets no token and no workspace', async () => {
    const { stdout } = await run('setup', '--mode', 'remote', '--remote-url', 'wss://gw:1', '--remote-token', 'hush')
    expect(stdout).toBe('created ~/.mayros\ncreated ~/.mayros/mayros.json\nlook at the gateway: mayros status\n')
    expect(await config()).toEqual({ gateway: { mode: 'remote', remote: { url: 'wss://gw:1', token: 'hush' } } })
  })

  it('the address of a gateway elsewhere alone says that this machine calls it; what is decided stays', async () => {
    await run('setup', '--remote-url', 'wss://gw:1')
    expect(await config()).toEqual({ gateway: { mode: 'remote', remote: { url: 'wss://gw:1' } } })
    await run('--profile', 'here', 'setup')
    await run('--profile', 'here', 'setup', '--remote-url', 'wss://gw:1')
    expect(await config('.mayros-here')).toMatchObject({ gateway: { mode: 'local', remote: { url: 'wss://gw:1' } } })
  })

  it('touches nothing when the configuration cannot be read', async () => {
    await mkdir(join(home, '.mayros'))
    await writeFile(join(home, '.mayros/mayros.json'), '{ gateway: { port: "x" } }', { mode: 0o600 })
    const { exitCode, stderr } = await run('setup')
    expect(stderr).toMatch(/^Error: Config invalid: ~\/\.mayros\/mayros\.json\n/)
    expect(exitCode).toBe(78)
    expect(await readdir(join(home, '.mayros'))).toEqual(['mayros.json'])
  })

  it.each([
    [['setup', '--mode', 'both'], '--mode: expected one of local, remote, got "both"'],
    [['setup', '--remote-url', 'http://x'], '--remote-url: expected a ws:// or wss:// address, got "http://x"'],
    [['setup', '--remote-token', ''], '--remote-token is empty'],
    [['setup', '--anthropic-api-key', 'x'], 'unknown option --anthropic-api-key'],
  ])('%j: %s', async (argv, message) => {
    const { exitCode, stderr } = await run(...argv)
    expect(stderr).toBe(`Error: ${message}\n`)
    expect(exitCode).toBe(2)
    expect(existsSync(join(home, '.mayros'))).toBe(false)
  })
})

const SILENT = ['onboard', '--non-interactive', '--accept-risk'] as const

describe('onboard without questions', () => {
  it('puts the key into .env and everything else into the configuration', async () => {
    const argv = ['--anthropic-api-key', 'sk-hush', '--gateway-port', '5001', '--workspace', '~/work', '--json']
    const { exitCode, stdout, stderr } = await run(...SILENT, ...argv)
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      mode: 'local',
      workspace: join(home, 'work'),
      authChoice: 'anthropic-api-key',
      model: 'anthropic/claude-sonnet-5',
      gateway: { port: 5001, bind: 'loopback', authMode: 'token', tailscaleMode: 'off' },
      daemon: { installed: false, runtime: 'node' },
      health: { ok: null },
      outcome: null,
      warnings: [],
    })
    expect(stdout + stderr).not.toContain('hush')
    expect(await readFile(join(home, '.mayros/.env'), 'utf8')).toBe('ANTHROPIC_API_KEY=sk-hush\n')
    expect(await modeOf('.mayros/.env')).toBe(0o600)
    expect(await config()).toMatchObject({ session: { dmScope: 'per-channel-peer' }, gateway: { port: 5001 } })
    expect(JSON.stringify(await config())).not.toContain('hush')
  })

  it('reads one secret from stdin', async () => {
    await stage({ stdin: 'sk-piped\n' }).run(...SILENT, '--openai-api-key', '-')
    expect(await readFile(join(home, '.mayros/.env'), 'utf8')).toBe('OPENAI_API_KEY=sk-piped\n')
  })

  it('finds a key that the environment has', async () => {
    const variables = { GROQ_API_KEY: 'there' }
    expect(await stage({ variables }).run(...SILENT, '--auth-choice', 'groq-api-key')).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(home, '.mayros/.env'))).toBe(false)
    expect(await config()).toMatchObject({ agents: { defaults: { model: 'groq/llama-3.3-70b-versatile' } } })
  })

  it('stores a password as a hash', async () => {
    await run(...SILENT, '--gateway-auth', 'password', '--gateway-password', 'open sesame')
    const text = JSON.stringify(await config())
    expect(text).not.toContain('sesame')
    expect(text).toContain('$scrypt$')
    expect(text).not.toContain('"token"')
  })

  it('shows what it would write, and writes nothing', async () => {
    const { stdout } = await run(...SILENT, '--openai-api-key', 'sk-hush', '--dry-run')
    expect(stdout).toBe(
      'gateway.mode: "local" (new)\ngateway.auth.token: (secret) (new)\nsession.dmScope: "per-channel-peer" (new)\n' +
        'agents.defaults.model: "openai/gpt-5.6" (new)\nOPENAI_API_KEY: (secret), in ~/.mayros/.env\n',
    )
    expect(await readdir(home)).toEqual([])
  })

  it('--reset moves everything aside first, unless a gateway uses it', async () => {
    await run('setup', '--gateway-port', '5002')
    const refused = await stage({ record: recordOn(5002) }).run(...SILENT, '--reset')
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toBe('Error: a gateway runs on ~/.mayros (pid 4352)\n  fix     mayros gateway stop\n')
    const { stderr } = await run(...SILENT, '--reset')
    expect(stderr).toMatch(/^moved ~\/\.mayros to ~\/\.mayros\.backup-\d{8}-\d{6}\n$/)
    expect(await config()).not.toMatchObject({ gateway: { port: 5002 } })
  })

  it.each([
    [['onboard', '--non-interactive'], '--non-interactive needs --accept-risk'],
    [['onboard'], 'mayros onboard asks questions and nobody can be asked here; add --non-interactive'],
    [['setup', '--wizard'], 'mayros onboard asks questions and nobody can be asked here; add --non-interactive'],
    [['configure'], 'mayros configure asks questions and nobody can be asked here; add --non-interactive'],
    [['configure', '--non-interactive'], 'nothing to configure; say what, see: mayros configure --help'],
    [['configure', '--section', 'modl'], /^Error: --section: expected one of workspace, model, .*, got "modl"/],
    [
      [...SILENT, '--auth-choice', 'xai-api-key'],
      '--auth-choice xai-api-key needs --xai-api-key, or XAI_API_KEY in the environment',
    ],
    [
      [...SILENT, '--xai-api-key', 'a', '--zai-api-key', 'b'],
      'several keys are given; add --auth-choice for the one that answers',
    ],
    [[...SILENT, '--xai-api-key', '-', '--gateway-token', '-'], 'only one secret can come from stdin'],
    [[...SILENT, '--xai-api-key', 'a\nb'], '--xai-api-key has a control character in it'],
    [[...SILENT, '--auth-choice', 'custom-api-key'], /needs --custom-base-url and --custom-model-id/],
    [[...SILENT, '--model', 'x'], '--model needs --auth-choice'],
    [[...SILENT, '--reset', '--dry-run'], '--dry-run changes nothing and --reset moves things away: give one of them'],
  ])('%j: %s', async (argv, message) => {
    const { exitCode, stderr } = await stage({ stdin: '' }).run(...argv)
    if (typeof message === 'string') expect(stderr.split('\n')[0]).toBe(`Error: ${message}`)
    else expect(stderr).toMatch(message)
    expect(exitCode).toBe(2)
    expect(await readdir(home)).toEqual([])
  })
})

describe('questions', () => {
  function typed() {
    const streams = new TypingStreams()
    return { streams, run: stage({ isTTY: true, prompts: new ClackPrompts(streams) }) }
  }

  it('onboard quickstart: the model, its key, and the plan', async () => {
    const { streams, run } = typed()
    streams
      .when('Understood?', 'y')
      .when('How much', RETURN)
      .when('Which model provider', DOWN + RETURN)
      .when('Key of OpenAI', `sk-hush${RETURN}`)
      .when('Model', RETURN)
      .when('Install the service', 'n')
      .when('Go on?', RETURN)
    const { exitCode, stdout, stderr } = await run.run('onboard')
    expect(stderr).toBe('')
    expect(streams.left).toEqual([])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('created ~/.mayros/.env\n')
    expect(streams.shown).toContain('agents.defaults.model: "openai/gpt-5.6" (new)')
    expect(streams.shown + stdout).not.toContain('hush')
    expect(await config()).toMatchObject({ agents: { defaults: { model: 'openai/gpt-5.6' } } })
    expect(await readFile(join(home, '.mayros/.env'), 'utf8')).toBe('OPENAI_API_KEY=sk-hush\n')
  })

  it('onboard manual: everything, by flags what is known already', async () => {
    const { streams, run } = typed()
    streams
      .when('Where does the gateway run?', RETURN)
      .when('Where does the agent work?', RETURN)
      .when('Port', `\u007f1${RETURN}`)
      .when('Who can reach it?', RETURN)
      .when('How do clients prove', DOWN + RETURN)
      .when('Password', `open sesame${RETURN}`)
      .when('Tailscale?', RETURN)
      .when('Go on?', RETURN)
    const argv = ['--flow', 'manual', '--accept-risk', '--auth-choice', 'skip', '--no-install-daemon']
    expect(await run.run('onboard', ...argv)).toMatchObject({ exitCode: 0, stderr: '' })
    expect(streams.left).toEqual([])
    expect(await config()).toMatchObject({
      gateway: { port: 18781, auth: { mode: 'password', password: expect.stringMatching(/^\$scrypt\$/) } },
    })
  })

  it('onboard elsewhere: only how to get there', async () => {
    const { streams, run } = typed()
    streams
      .when('Address of the gateway', `nowhere${RETURN}`)
      .when('expected a ws://', `${'\u007f'.repeat(7)}wss://gw:1${RETURN}`)
      .when('Its token', `hush${RETURN}`)
      .when('Go on?', RETURN)
    await run.run('onboard', '--accept-risk', '--mode', 'remote', '--flow', 'quickstart', '--skip-health')
    expect(streams.left).toEqual([])
    expect(await config()).toEqual({ gateway: { mode: 'remote', remote: { url: 'wss://gw:1', token: 'hush' } } })
  })

  it.each([
    ['Understood?', RETURN, 1, 'Error: nothing was written\n'],
    ['Understood?', INTERRUPT, 130, 'Error: cancelled; nothing was written\n'],
  ])('onboard, at %s %j: exit %i', async (wait, keys, code, said) => {
    const { streams, run } = typed()
    streams.when(wait, keys)
    expect(await run.run('onboard')).toEqual({ exitCode: code, stdout: '', stderr: said })
    expect(await readdir(home)).toEqual([])
  })

  it('configure: the plan before the write, and what follows', async () => {
    await run('setup')
    const { streams, run: ask } = typed()
    streams
      .when('Which model provider', RETURN)
      .when('Key of Anthropic', `sk-hush${RETURN}`)
      .when('Model', RETURN)
      .when('Write it?', RETURN)
    const { stdout } = await ask.run('configure', '--section', 'model', '--section', 'channels')
    expect(streams.left).toEqual([])
    expect(streams.shown).toContain('would be applied at once (models)')
    expect(streams.shown).toContain('mayros channels status --probe')
    expect(stdout).toBe('changed ~/.mayros/mayros.json\ncreated ~/.mayros/.env\ngateway not running\n')
  })

  it('configure: no is no', async () => {
    await run('setup')
    const before = await config()
    const { streams, run: ask } = typed()
    streams.when('What do you want', `${DOWN}${DOWN}${RETURN}`)
    streams.when('Port', `\u007f1${RETURN}`).when('reach it?', RETURN).when('prove', RETURN).when('Tailscale?', RETURN)
    streams.when('Write it?', 'n')
    expect(await ask.run('configure')).toEqual({ exitCode: 1, stdout: '', stderr: 'Error: nothing was written\n' })
    expect(await config()).toEqual(before)
  })
})

describe('gateway --reset', () => {
  it('begins profile dev anew when somebody agrees', async () => {
    await run('--dev', 'setup')
    const asked = await stage({ stdin: 'n', isTyped: true }).run('--dev', 'gateway', '--reset')
    expect(asked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('begin anew? [y/N] Error: nothing') })
    const agreed = stage()
    expect(await agreed.run('--dev', 'gateway', '--reset', '--yes')).toMatchObject({ exitCode: 0 })
    expect(agreed.ran).toHaveLength(1)
    expect((await readdir(home)).filter((name) => !name.includes('.backup-'))).toEqual([])
  })

  it('is refused for every other profile, and while a gateway runs', async () => {
    await run('setup')
    expect(await run('gateway', '--reset', '--yes')).toMatchObject({ exitCode: 2 })
    const running = stage({ record: recordOn(19001) })
    expect(await running.run('--dev', 'gateway', '--reset', '--yes')).toMatchObject({ exitCode: 1 })
    expect(running.ran).toEqual([])
    expect(await config()).toMatchObject({ gateway: { mode: 'local' } })
  })
})
