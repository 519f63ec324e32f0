import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parseValueText } from '../../../src/adapters/config-json5/parse-value-text.js'
import { CliStage, recordOn } from '../../doubles/cli-stage.js'
import { GatewayDouble } from '../../doubles/gateway-double.js'
import { ConfigDirectory } from '../config-json5/config-directory.js'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const STATUS = {
  defaultModel: 'one/a',
  resolvedDefault: 'one/a',
  fallbacks: ['two/b'],
  imageModel: null,
  aliases: { quick: 'one/a' },
  allowed: ['one/a'],
  models: [
    {
      key: 'one/a',
      id: 'a',
      name: 'A',
      provider: 'one',
      input: ['text'],
      contextWindow: 200_000,
      available: true,
      allowed: true,
      tags: ['default'],
      alias: 'quick',
    },
    {
      key: 'two/b',
      id: 'b',
      name: 'B\u202e',
      provider: 'two',
      available: false,
      allowed: false,
      tags: [],
      alias: null,
    },
  ],
  auth: {
    providers: [
      {
        provider: 'one',
        missing: false,
        keyVariable: 'ONE_API_KEY',
        keys: [{ name: 'ONE_API_KEY', source: 'environment', cooldown: { reason: 'billing', untilMs: 0 } }],
        cooldown: null,
      },
      { provider: 'two', missing: true, keyVariable: 'TWO_API_KEY', keys: [], cooldown: null },
    ],
    missingProvidersInUse: ['two'],
  },
}

async function run(...argv: string[]) {
  const server = await GatewayDouble.start({ token: 's3cret', methods: { 'models.status': (call) => call.ok(STATUS) } })
  cleanups.push(() => server.stop())
  return new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' } }).run('models', ...argv)
}

describe('models list', () => {
  it('shows what may be chosen, with --all everything', async () => {
    expect(await run('list')).toEqual({
      exitCode: 0,
      stdout: 'one/a  200k  text  key found  alias quick, default\n',
      stderr: '',
    })
    expect((await run('list', '--all', '--plain')).stdout).toBe('one/a\ntwo/b\n')
    expect((await run('list', '--all', '--provider', 'TWO', '--plain')).stdout).toBe('two/b\n')
    expect((await run('list', '--provider', 'two')).stdout).toMatch(/^no models/)
  })

  it('is a document for programs', async () => {
    expect(JSON.parse((await run('list', '--json')).stdout)).toEqual({
      count: 1,
      models: [
        {
          key: 'one/a',
          name: 'A',
          input: ['text'],
          contextWindow: 200_000,
          available: true,
          missing: false,
          tags: ['default'],
          alias: 'quick',
        },
      ],
    })
  })
})

describe('models status', () => {
  it('shows default, fallbacks and where keys come from', async () => {
    const { exitCode, stdout } = await run('status')
    expect([exitCode, stdout]).toEqual([
      0,
      [
        'Default    one/a',
        'Fallbacks  two/b',
        'Images     the same',
        'Aliases    quick = one/a',
        'Allowed    one/a',
        'Keys',
        '  one  ONE_API_KEY (environment)  rests for 0 s (billing)',
        '  two  missing, set TWO_API_KEY   ready',
        'no key for two, which is in use; set TWO_API_KEY',
        '',
      ].join('\n'),
    ])
  })

  it('with --check fails when a key is missing that is needed', async () => {
    expect((await run('status', '--check', '--plain')).exitCode).toBe(1)
    const { models: _, ...status } = STATUS
    expect(JSON.parse((await run('status', '--json')).stdout)).toEqual({
      configPath: '/home/alice/.mayros/mayros.json',
      ...status,
    })
  })
})

describe('models set', () => {
  async function set(text: string, ...argv: string[]) {
    const directory = await ConfigDirectory.create({ 'mayros.json': text })
    cleanups.push(() => directory.remove())
    const stage = new CliStage({
      openConfig: async () => ({
        source: directory.recorded({}),
        history: directory.history,
        parseValue: parseValueText,
      }),
    })
    const result = await stage.run('models', 'set', ...argv)
    return { ...result, written: await readFile(join(directory.path, 'mayros.json'), 'utf8') }
  }
  const PROVIDERS = 'models: { providers: { one: { baseUrl: "http://one", models: [{ id: "a" }] } } }'

  it('writes the default model', async () => {
    const { exitCode, stdout, written } = await set(`{ ${PROVIDERS} }`, 'one/a')
    expect([exitCode, stdout]).toEqual([0, 'set the default model to one/a\ngateway not running\n'])
    expect(written).toMatch(/model: "one\/a"/)
  })

  it('keeps fallbacks, and takes an alias', async () => {
    const agents =
      'agents: { defaults: { model: { primary: "one/b", fallbacks: ["one/c"] }, models: { "one/a": { alias: "quick" } } } }'
    const { written } = await set(`{ ${PROVIDERS}, ${agents} }`, 'quick')
    expect(written).toMatch(/primary: "one\/a", fallbacks: \["one\/c"\]/)
  })

  it('warns about a model that the provider does not list', async () => {
    const { exitCode, stderr } = await set(`{ ${PROVIDERS} }`, 'one/z')
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^warning: .*z/)
  })

  it.each([
    ['onee/a', /nothing written/],
    ['fast', /expected provider\/model or an alias, got fast/],
  ])('refuses %s', async (ref, words) => {
    const { exitCode, stderr, written } = await set(`{ ${PROVIDERS} }`, ref)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(words)
    expect(written).not.toContain(ref)
  })
})
