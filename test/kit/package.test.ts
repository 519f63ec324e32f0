import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DIST = join(ROOT, 'dist')

interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** The built package in a folder of its own, where nothing of this repository can be found. */
let folder: string

beforeAll(() => {
  if (!existsSync(join(DIST, 'testing.js'))) throw new Error('dist/ is missing: npm run build')
  folder = mkdtempSync(join(tmpdir(), 'mayros-kit-'))
  const installed = join(folder, 'node_modules', 'mayros')
  mkdirSync(installed, { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'))
  cpSync(DIST, join(installed, 'dist'), { recursive: true, filter: (path) => !path.includes(join('dist', 'types')) })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('mayros/testing as it is installed', () => {
  it('mentions no test runner that would have to be installed', () => {
    const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'))
    const imports = files.filter((path) => /from ?["'](?:vitest|mocha|jest|chai)|import\(["']vitest/.test(read(path)))
    expect(imports).toEqual([])
  })

  it('runs a contract under plain node:test, and prints why it skips', async () => {
    write(
      'store.test.mjs',
      `import { MemorySessionStore, sessionStoreContract } from 'mayros/testing'
       sessionStoreContract({ name: 'mine', create: async () => new MemorySessionStore() })`,
    )
    const { stdout, exitCode } = await node('--test', '--test-reporter=tap', 'store.test.mjs')
    expect(exitCode, stdout).toBe(0)
    expect(stdout).toContain('C1 a step that is refused undoes every step before it')
    expect(stdout).toMatch(/D1 .*skipped: the harness has no .durable\.reopen.*# SKIP/)
  })

  it('fails under plain node:test when a promise is broken', async () => {
    write(
      'broken.test.mjs',
      `import { describe, it } from 'node:test'
       import { MemorySessionStore, sessionStoreContract } from 'mayros/testing'
       class Broken extends MemorySessionStore { async count() { return 7 } }
       sessionStoreContract({ describe, it }, { name: 'broken', create: async () => new Broken() })`,
    )
    const { stdout, exitCode } = await node('--test', '--test-reporter=tap', 'broken.test.mjs')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('broken breaks guarantee S8')
  })

  it('starts a whole gateway', async () => {
    write(
      'gateway.mjs',
      `import { createTestGateway, step } from 'mayros/testing'
       const stage = await createTestGateway()
       stage.runner.next(step.text('scripted'))
       const client = await stage.connect()
       const { result } = await client.call('agent', { message: 'hi', idempotencyKey: 'k' }, { expectFinal: true })
       console.log(result.payloads[0].text)
       await stage.stop()`,
    )
    const { stdout, stderr } = await node('gateway.mjs')
    expect(stderr).toBe('')
    expect(stdout).toBe('scripted\n')
  })

  it('is found by the command beside it', async () => {
    write(
      'store.mjs',
      `import { MemorySessionStore } from 'mayros/testing'
       export const harness = async () => ({ name: 'mine', create: async () => new MemorySessionStore() })`,
    )
    const mayros = join('node_modules', 'mayros', 'dist', 'bin', 'mayros.js')
    const { exitCode, stdout } = await node(mayros, 'contract', 'session-store', './store.mjs', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, name: 'mine', counts: { fail: 0, skip: 1 } })
    expect(exitCode).toBe(0)
  })
})

describe('docs/examples/minimal-transport.mjs', () => {
  const example = 'docs/examples/minimal-transport.mjs'

  it('is shorter than 150 lines', () => {
    expect(readFileSync(join(ROOT, example), 'utf8').trimEnd().split('\n').length).toBeLessThan(150)
  })

  it('keeps every guarantee', { timeout: 120_000 }, async () => {
    const { stdout } = await run(ROOT, [join(DIST, 'bin', 'mayros.js'), 'contract', 'transport', example, '--json'])
    const { outcomes } = JSON.parse(stdout) as { outcomes: { id: string; status: string; message?: string }[] }
    expect(outcomes.filter(({ status }) => status === 'fail')).toEqual([])
    expect(outcomes.length).toBeGreaterThan(70)
  })
})

function read(path: string): string {
  return readFileSync(join(DIST, path), 'utf8')
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

function node(...args: readonly string[]): Promise<Ended> {
  return run(folder, args)
}

/** Without the variables by which a test runner tells its children that they are its own. */
function run(cwd: string, args: readonly string[]): Promise<Ended> {
  const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...env } = process.env
  return new Promise((resolve) => {
    const options = { cwd, env, maxBuffer: 64 * 1024 * 1024 }
    execFile(process.execPath, [...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}
