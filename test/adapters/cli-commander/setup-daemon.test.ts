import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseValueText } from '../../../src/adapters/config-json5/parse-value-text.js'
import { ClackPrompts } from '../../../src/adapters/prompts-clack/clack-prompts.js'
import { MemorySupervisor } from '../../../src/adapters/supervisor-memory/memory-supervisor.js'
import { openConfig } from '../../../src/bootstrap/open-config.js'
import { openHome } from '../../../src/bootstrap/open-home.js'
import { type CliScene, CliStage } from '../../doubles/cli-stage.js'
import { type ServicesScene, servicesOf } from '../../doubles/services-of.js'
import { DOWN, RETURN, TypingStreams } from '../../doubles/typing-streams.js'

let home = ''
let supervisor: MemorySupervisor

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'setup-daemon-'))
  supervisor = new MemorySupervisor()
})
afterEach(() => rm(home, { recursive: true, force: true }))

function stage(scene: CliScene = {}, services: Partial<ServicesScene> = {}): CliStage {
  return new CliStage({
    home,
    openConfig: async (environment, path) => ({ ...openConfig(environment, path), parseValue: parseValueText }),
    openHome: async ({ stateDir }) => openHome(stateDir),
    services: servicesOf({ supervisor, stateDir: join(home, '.mayros'), ...services }),
    ...scene,
  })
}

const OBSTACLES: readonly (readonly [string, () => void, Partial<ServicesScene>, string])[] = [
  ['the host has no service manager', () => supervisor.refuseWith('supervisor-unavailable'), {}, 'out of order'],
  [
    'the gateway could not start',
    () => undefined,
    { refusal: { exitCode: 78, lines: ['port 80 needs privileges', '  fix: another port'] } },
    'port 80 needs privileges',
  ],
]

const SILENT = ['onboard', '--non-interactive', '--accept-risk'] as const

describe('onboard --install-daemon', () => {
  it('installs the service and has it run', async () => {
    const { exitCode, stdout, stderr } = await stage().run(...SILENT, '--install-daemon', '--skip-health')
    expect(stderr).toBe('')
    expect(stdout).toContain('\ninstalled the service\n')
    expect(exitCode).toBe(0)
    expect((await supervisor.installed())?.workingDirectory).toBe(join(home, '.mayros'))
    expect((await supervisor.state()).status).toBe('running')
  })

  it('tells programs, with what there is to know about it', async () => {
    supervisor.lingers = false
    const argv = [...SILENT, '--install-daemon', '--skip-health', '--json']
    const { stdout } = await stage({}, { shellOnly: ['MY_KEY'] }).run(...argv)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      daemon: { installed: true, runtime: 'node' },
      warnings: [
        'only this shell has MY_KEY; the service does not',
        'the service stops at logout',
        'see: mayros gateway install --save-env',
        expect.stringMatching(/^see: /),
      ],
    })
  })

  it.each(OBSTACLES)('%s: what was set up stays, and exit code 1 tells', async (_, prepare, services, why) => {
    prepare()
    const { exitCode, stderr } = await stage({}, services).run(...SILENT, '--install-daemon', '--skip-health')
    expect(stderr.split('\n')[0]).toBe(`warning: the service could not be set up: ${why}`)
    expect(exitCode).toBe(1)
    expect(existsSync(join(home, '.mayros/mayros.json'))).toBe(true)
    expect(await supervisor.installed()).toBeNull()
  })

  it('stores the key that only this shell has, because the service needs it', async () => {
    const argv = [...SILENT, '--auth-choice', 'groq-api-key', '--skip-health']
    await stage({ variables: { GROQ_API_KEY: 'sk-shell' } }).run(...argv, '--install-daemon')
    expect(await readFile(join(home, '.mayros/.env'), 'utf8')).toBe('GROQ_API_KEY=sk-shell\n')
  })

  it.each([
    ['--skip-daemon', ['--install-daemon', '--skip-daemon']],
    ['a gateway elsewhere', ['--install-daemon', '--remote-url', 'wss://gw:1', '--skip-health']],
  ])('%s: none', async (_, flags) => {
    expect(await stage().run(...SILENT, ...flags)).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await supervisor.installed()).toBeNull()
  })
})

describe('asked', () => {
  it('onboard installs it unless somebody says no', async () => {
    const streams = new TypingStreams()
    streams.when('Install the service', RETURN).when('Go on?', RETURN)
    const asking = stage({ isTTY: true, prompts: new ClackPrompts(streams) })
    const argv = ['--flow', 'quickstart', '--accept-risk', '--auth-choice', 'skip', '--skip-health']
    expect(await asking.run('onboard', ...argv)).toMatchObject({ exitCode: 0, stderr: '' })
    expect(streams.left).toEqual([])
    expect(await supervisor.installed()).not.toBeNull()
  })

  it('configure --section daemon installs it, and nothing else', async () => {
    await stage().run('setup')
    const streams = new TypingStreams().when('What do you want', `${DOWN.repeat(3)}${RETURN}`)
    const asking = stage({ isTTY: true, prompts: new ClackPrompts(streams) })
    expect(await asking.run('configure')).toEqual({ exitCode: 0, stdout: 'installed the service\n', stderr: '' })
    expect(streams.left).toEqual([])
    expect(streams.shown).toContain('nothing: it is all there')
  })

  it('configure --install-daemon says why it could not be', async () => {
    await stage().run('setup')
    supervisor.refuseWith('supervisor-unavailable')
    const { exitCode, stdout } = await stage().run('configure', '--non-interactive', '--install-daemon', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      daemon: { installed: false },
      warnings: ['the service could not be set up: out of order'],
    })
    expect(exitCode).toBe(1)
  })
})

describe('a service name that two gateways share', () => {
  const second = (scene: Partial<CliScene> = {}) =>
    stage({ variables: { MAYROS_STATE_DIR: join(home, '.mayros') }, ...scene })

  beforeEach(async () => {
    const { planFor } = await servicesOf({
      supervisor,
      stateDir: join(home, '.mayros-a'),
      variables: { MAYROS_STATE_DIR: '~/.mayros-a' },
    }).plan()
    await supervisor.install(planFor(null))
    await supervisor.start()
  })

  it.each(['install', 'start', 'stop', 'restart', 'uninstall'])(
    'gateway %s leaves that of the other alone',
    async (verb) => {
      expect(await second().run('gateway', verb)).toEqual({
        exitCode: 1,
        stdout: '',
        stderr:
          'Error: mayros-gateway.service runs the gateway of ~/.mayros-a, not that of ~/.mayros\n' +
          '  fix     add --profile <name>: every profile has a service of its own\n',
      })
      expect((await supervisor.installed())?.workingDirectory).toBe(join(home, '.mayros-a'))
      expect((await supervisor.state()).status).toBe('running')
    },
  )

  it('install --force takes it over', async () => {
    await second().run('gateway', 'install', '--force', '--no-start')
    expect((await supervisor.installed())?.workingDirectory).toBe(join(home, '.mayros'))
  })

  it('is mended when nobody else has it: the directory is gone', async () => {
    const services = { ...servicesOf({ supervisor, stateDir: join(home, '.mayros') }), fileExists: () => false }
    expect(await second({ services }).run('gateway', 'uninstall')).toMatchObject({ exitCode: 0 })
    expect(await supervisor.installed()).toBeNull()
  })
})
