import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryConfigSource } from '../../../src/adapters/config-memory/memory-config-source.js'
import { MemoryPrivateFiles } from '../../../src/adapters/private-files-memory/memory-private-files.js'
import type { DoctorTools } from '../../../src/application/doctor/doctor-tools.js'
import type { Host } from '../../../src/application/ports/host.js'
import { type Prompts, PromptsCancelled } from '../../../src/application/ports/prompts.js'
import { type CliScene, CliStage } from '../../doubles/cli-stage.js'

const GOOD = { gateway: { mode: 'local', auth: { mode: 'token', token: 'x'.repeat(43) } } }

describe('mayros doctor', () => {
  let source: MemoryConfigSource
  let tools: DoctorTools
  let removed: string[]
  let made: string[]
  let leftovers: string[]

  beforeEach(() => {
    source = new MemoryConfigSource(GOOD)
    removed = []
    made = []
    leftovers = []
    const host: Host = {
      place: async () => ({
        exists: made.length > 0,
        isWritable: true,
        freeBytes: 10 ** 12,
        filesystem: 'ext4',
        syncedBy: null,
        isTemporary: false,
      }),
      processes: async () => [],
      bytesIn: async () => 0,
      exists: async () => true,
      makeDirectory: async (path) => void made.push(path),
      remove: async (path) => {
        removed.push(path)
        leftovers = leftovers.filter((one) => one !== path)
      },
    }
    tools = {
      host,
      files: new MemoryPrivateFiles(),
      node: { version: 'v22.11.0', path: '/usr/bin/node' },
      builtAt: 0,
      timeZone: 'UTC',
      engine: async () => ({ name: 'uws 20.57', reasons: [] }),
      store: async () => ({ kind: 'sound', version: 1, newest: 1 }),
      providers: async () => [],
      leftovers: async () => leftovers,
      service: async () => null,
      mendService: async () => undefined,
      newToken: () => 'n'.repeat(43),
    }
  })

  function run(argv: readonly string[], scene: CliScene = {}) {
    const openConfig = async () => ({
      source,
      history: { lastGood: async () => null } as never,
      parseValue: () => null,
    })
    return new CliStage({ openConfig, doctor: tools, hints: { port: 1 }, stdin: '', ...scene }).run('doctor', ...argv)
  }

  it('tells what is wrong, and counts what is well', async () => {
    leftovers = ['/x/gateway.lock']
    const { exitCode, stdout } = await run([])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('warn  state.dir')
    expect(stdout).toMatch(/warn {2}state\.lock +\/x\/gateway\.lock was left by a process that is gone +fix: remove/)
    expect(stdout).toMatch(/ok {4}\d+ more checks\n0 errors, 2 warnings\. Repair: mayros doctor --fix\n$/)
    expect(removed).toEqual([])
  })

  it('mends everything when it is told to', async () => {
    leftovers = ['/x/gateway.lock', '/x/gateway.json']
    const { exitCode, stdout } = await run(['--fix', '--json'])
    expect(exitCode).toBe(0)
    expect(removed).toEqual(['/x/gateway.lock', '/x/gateway.json'])
    expect(made).toEqual(['/home/alice/.mayros'])
    const document = JSON.parse(stdout)
    expect(document.summary).toEqual({ errors: 0, warnings: 0, fixed: 3 })
    expect(
      document.checks.filter(({ fixed }: { fixed: boolean }) => fixed).map(({ id }: { id: string }) => id),
    ).toEqual(['state.dir', 'state.lock', 'state.lock'])
  })

  it('takes unknown keys out of the configuration, and leaves the rest', async () => {
    source = new MemoryConfigSource({ ...GOOD, gatway: {}, gateway: { ...GOOD.gateway, prt: 1 } })
    const before = await run(['--only', 'config.valid', '--json'])
    expect([before.exitCode, JSON.parse(before.stdout).ok]).toEqual([1, false])
    expect(JSON.parse((await run(['--only', 'config.valid', '--repair', '--json'])).stdout).summary.fixed).toBe(1)
    expect((await source.read()).parsed).toEqual(GOOD)
  })

  it('makes a token', async () => {
    const { exitCode, stderr, stdout } = await run(['--generate-gateway-token', '--json'])
    expect(exitCode).toBe(0)
    expect((await source.read()).config?.gateway.auth.token).toBe('n'.repeat(43))
    expect(stdout + stderr).not.toContain('nnnn')
  })

  it('never asks where nobody can answer', async () => {
    leftovers = ['/x']
    expect((await run(['--non-interactive'], { isTyped: true })).exitCode).toBe(0)
    expect(removed).toEqual([])
  })

  it('goes on when a repair fails', async () => {
    leftovers = ['/x', '/y']
    const remove = tools.host.remove
    tools.host.remove = (path) => (path === '/x' ? Promise.reject(new Error('read-only')) : remove(path))
    const { stderr, stdout } = await run(['--yes'])
    expect(stderr).toContain('not mended: remove /x: read-only')
    expect(removed).toEqual(['/y'])
    expect(stdout).toContain('/x was left by a process')
  })

  it('looks only at what it is told', async () => {
    expect(JSON.parse((await run(['--only', 'clock', '--json'])).stdout).checks).toMatchObject([
      { id: 'clock', status: 'ok' },
    ])
    expect(await run(['--only', 'clok'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no check clok (did you mean clock?)'),
    })
  })

  it('looks into the database only when it is told to look deeper', async () => {
    const status = async (...argv: string[]) =>
      JSON.parse((await run(['--only', 'store.integrity', '--json', ...argv])).stdout).checks[0].status
    expect([await status(), await status('--deep')]).toEqual(['skipped', 'ok'])
  })

  describe('with a person at the terminal', () => {
    let questions: string[]
    let answers: (boolean | 'cancel')[]
    const prompts = {
      confirm: async (question: string) => {
        questions.push(question)
        const answer = answers.shift()
        if (answer === 'cancel' || answer === undefined) throw new PromptsCancelled()
        return answer
      },
    } as unknown as Prompts

    beforeEach(() => {
      questions = []
      leftovers = ['/x', '/y', '/z']
    })

    it('asks before each repair, and makes what was agreed to', async () => {
      answers = [false, true, false, true]
      const { exitCode, stdout } = await run([], { isTyped: true, prompts })
      expect(exitCode).toBe(0)
      expect(questions.at(-1)).toBe('/z was left by a process that is gone\nremove /z?')
      expect(removed).toEqual(['/x', '/z'])
      expect(stdout).toMatch(/fixed {2}state\.lock/)
    })

    it('asks no more once the person has gone away', async () => {
      answers = [false, true, 'cancel', true]
      expect((await run([], { isTyped: true, prompts })).exitCode).toBe(0)
      expect(removed).toEqual(['/x'])
      expect(questions).toHaveLength(3)
    })
  })

  it('mends the service once, and restarts last', async () => {
    const mended: string[] = []
    let isMended = false
    tools.service = async () => ({
      supervisor: 'systemd',
      isInstalled: true,
      file: '/u/mayros-gateway.service',
      status: 'failed',
      linger: isMended,
      findings: isMended
        ? []
        : [
            { id: 'service.entry', severity: 'error', message: 'gone', action: 'rewrite', detail: '- a\n+ b' },
            { id: 'service.killmode', severity: 'warn', message: 'other', action: 'rewrite' },
          ],
    })
    tools.mendService = async (repair, { force }) => {
      mended.push(`${repair}${force ? ' all' : ''}`)
      isMended = true
    }
    const look = await run(['--only', 'service.file'])
    expect(look.stdout).toBe(
      [
        'error  service.file  service.entry: gone      fix: rewrite the service file',
        '       - a',
        '       + b',
        'warn   service.file  service.killmode: other  fix: rewrite the service file',
        '1 error, 1 warning. Repair: mayros doctor --fix',
        '',
      ].join('\n'),
    )
    await run(['--fix', '--force'])
    expect(mended).toEqual(['linger all', 'rewrite all', 'restart all'])
  })
})
