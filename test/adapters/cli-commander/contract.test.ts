import { describe, expect, it } from 'vitest'
import { MemorySessionStore } from '../../../src/adapters/store-memory/memory-session-store.js'
import { CliStage } from '../../doubles/cli-stage.js'

class Miscounting extends MemorySessionStore {
  override async count(): Promise<number> {
    return 7
  }
}

const modules = {
  './good.js': { default: { name: 'good', create: async () => new MemorySessionStore() } },
  './bad.js': { harness: async () => ({ name: 'bad', create: async () => new Miscounting() }) },
  './nothing.js': { hello: 1 },
  './nameless.js': { default: { create: async () => new MemorySessionStore() } },
  './transport.js': { default: { name: 'no clients' } },
  './throws.js': {
    default: () => {
      throw new Error('no database here')
    },
  },
}

const run = (...argv: string[]) => new CliStage({ modules }).run('contract', ...argv)

describe('mayros contract', () => {
  it('reports each guarantee, and ends with 0 when all are kept', async () => {
    const { exitCode, stdout, stderr } = await run('session-store', './good.js')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const lines = stdout.split('\n')
    expect(lines[0]).toBe('session-store contract: good')
    expect(lines[1]).toMatch(/^ {2}pass {2}S1 {4}a session that was put is read back whole/)
    expect(stdout).toMatch(/ {2}skip {2}D1 .*\n +reason {4}the harness has no `durable.reopen`\n/)
    expect(lines.at(-2)).toMatch(/^\d+ guarantees: \d+ kept, 0 broken, 1 skipped \(\d+\.\d s\)$/)
  })

  it('says what was expected and seen, and ends with 1 when one is broken', async () => {
    const { exitCode, stdout } = await run('session-store', './bad.js', '--only', 'S8,C1', '--skip', 'C1=not yet')
    expect(exitCode).toBe(1)
    expect(stdout.replace(/\(\d+\.\d s\)/, '(0.0 s)').split('\n')).toEqual([
      'session-store contract: bad',
      '  FAIL  S8    deleting takes a session out of the index; deleting an unknown one does nothing',
      '              because   a delete that is repeated after a lost answer must end the same way',
      '              expected  0',
      '              seen      7',
      '  skip  C1    a step that is refused undoes every step before it, of every kind',
      '              reason    not yet',
      '2 guarantees: 0 kept, 1 broken, 1 skipped (0.0 s)',
      '',
    ])
  })

  it('prints one document with --json, which tells the seed of a stress', async () => {
    const { exitCode, stdout } = await run(
      'session-store',
      './bad.js',
      '--json',
      '--seed',
      '5',
      '--only',
      'S8',
      '--only',
      'T1',
    )
    expect(exitCode).toBe(1)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ ok: false, port: 'session-store', name: 'bad', stress: { seed: 5, rounds: 3 } })
    expect(report.counts).toEqual({ pass: 1, fail: 1, skip: 0 })
    expect(report.outcomes.find(({ id }: { id: string }) => id === 'S8')).toMatchObject({
      status: 'fail',
      expected: '0',
      seen: '7',
      message: expect.stringContaining('bad breaks guarantee S8'),
    })
  })

  it.each([
    [['session-store', './absent.js'], "cannot check ./absent.js: Cannot find module './absent.js'"],
    [['session-store', './nothing.js'], 'it exports neither a harness nor a function that makes one'],
    [['session-store', './nameless.js'], 'its harness has no name'],
    [['transport', './transport.js'], 'its harness is none of transport: it has no function create'],
    [['session-store', './throws.js'], 'the function that makes its harness failed: no database here'],
    [['sessions', './good.js'], 'there is no contract for "sessions"; there is one for: transport, session-store'],
    [['session-store', './good.js', '--only', 'X1'], 'the session-store contract has no guarantee X1'],
    [['session-store', './good.js', '--skip', 'S1'], '--skip: expected id=reason, got "S1"'],
    [['session-store', './good.js', '--skip', 'S1= '], '--skip: expected id=reason, got "S1= "'],
  ])('ends with 2: %j', async (argv, message) => {
    const { exitCode, stdout, stderr } = await run(...argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})
