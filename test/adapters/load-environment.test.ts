import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadEnvironment } from '../../src/adapters/environment-node/load-environment.js'
import { parseDotenv } from '../../src/adapters/environment-node/parse-dotenv.js'

const valuesOf = (text: string) => Object.fromEntries(parseDotenv(text).entries.map(({ name, value }) => [name, value]))

describe('parseDotenv', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['  A = two words  ', { A: 'two words' }],
    ['export A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A=', { A: '' }],
    ['A=""', { A: '' }],
    ['A=x # remark', { A: 'x' }],
    ['A=x#no-remark', { A: 'x#no-remark' }],
    ['A= # remark', { A: '' }],
    ['A="x # y" # remark', { A: 'x # y' }],
    ['A="a\\nb\\t\\"c\\"\\\\n"', { A: 'a\nb\t"c"\\n' }],
    ["A='a\\n$B'", { A: 'a\\n$B' }],
    ['A=`it\'s "fine"`', { A: 'it\'s "fine"' }],
    ['A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
    ['A=$B=c', { A: '$B=c' }],
    ['\uFEFFA=1', { A: '1' }],
    ['# only\n\n   # remarks\n', {}],
    ['A=1\nA=2', { A: '2' }],
  ])('%j', (text, expected) => {
    const parsed = parseDotenv(text)
    expect(valuesOf(text)).toEqual(expected)
    expect(parsed.badLines).toEqual([])
  })

  it('counts lines and passes over what is no assignment', () => {
    const parsed = parseDotenv('A=1\nnonsense\nB="x\ny"\n=3\nC=4')
    expect(parsed.entries.map(({ name, line }) => [name, line])).toEqual([
      ['A', 1],
      ['B', 3],
      ['C', 6],
    ])
    expect(parsed.badLines).toEqual([2, 5])
  })
})

describe('loadEnvironment', () => {
  let directory: string
  let stateDir: string
  const load = (env: Record<string, string | undefined> = {}) =>
    loadEnvironment({ env, workingDirectory: directory, stateDir })

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'load-environment-'))
    stateDir = join(directory, 'state')
    await mkdir(stateDir)
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('asks the process first, then the working directory, then the state directory', async () => {
    await writeFile(join(directory, '.env'), 'A=cwd\nB=cwd\nEMPTY=cwd\n')
    await writeFile(join(stateDir, '.env'), 'A=state\nB=state\nC=state\n', { mode: 0o600 })
    const { variables, warnings } = load({ A: 'process', EMPTY: '' })
    expect(variables).toEqual({ A: 'process', B: 'cwd', C: 'state', EMPTY: '' })
    expect(warnings).toEqual([])
  })

  it('does without files', () => {
    expect(load({ A: '1' })).toEqual({ variables: { A: '1' }, warnings: [] })
  })

  it.each([
    'PATH',
    'HOME',
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'MAYROS_HOME',
    'MAYROS_PROFILE',
    'MAYROS_STATE_DIR',
    'MAYROS_CONFIG_PATH',
  ])('does not let a file set %s', async (name) => {
    await writeFile(join(directory, '.env'), `X=1\n${name}=/evil\n`)
    const { variables, warnings } = load()
    expect(variables).toEqual({ X: '1' })
    expect(warnings).toEqual([`${join(directory, '.env')}:2: ${name} cannot be set in this file; ignored`])
  })

  it('tells about bad lines and a file that others can read, without values', async () => {
    const path = join(stateDir, '.env')
    await writeFile(path, 'SECRET=hunter2\nhunter3\n')
    await chmod(path, 0o644)
    const { warnings } = load()
    expect(warnings).toEqual([
      `${path}:2: not an assignment; ignored`,
      `${path} can be read by others than its owner: chmod 600 ${path}`,
    ])
  })
})
