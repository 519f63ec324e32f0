import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseValueText } from '../../../src/adapters/config-json5/parse-value-text.js'
import { type CliScene, CliStage } from '../../doubles/cli-stage.js'
import { ConfigDirectory } from '../config-json5/config-directory.js'

const TEXT = `{
  // who answers
  agents: {
    defaults: { model: "openai/gpt-5.2" },
    list: [
      { id: "main" }, // the first one
      // the second one
      { id: "Ops", name: "Operations", workspace: "/srv/ops", identity: { emoji: "O" } },
    ],
  },
  bindings: [
    { agentId: "ops", match: { channel: "slack" } }, // last
    /* first */
    { agentId: "ops", match: { channel: "telegram", peer: { kind: "dm", id: 7 } } },
    { agentId: "main", match: { channel: "slack", teamId: "T1" } },
  ],
}
`
let directory: ConfigDirectory

beforeEach(async () => {
  directory = await ConfigDirectory.create({ 'mayros.json': TEXT })
})
afterEach(() => directory.remove())

const run = (argv: readonly string[], scene: CliScene = {}) =>
  new CliStage({
    openConfig: async () => ({
      source: directory.recorded(),
      history: directory.history,
      parseValue: parseValueText,
    }),
    ...scene,
  }).run('agents', ...argv)

const json = async (...argv: string[]) => JSON.parse((await run([...argv, '--json'])).stdout)

describe('agents list', () => {
  it('shows who answers without any gateway', async () => {
    const { exitCode, stdout, stderr } = await run(['list'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      'main  default  ~/.mayros/workspace  openai/gpt-5.2  slack team T1; everything else',
      'ops            /srv/ops             openai/gpt-5.2  telegram direct 7; slack',
      '',
    ])
  })

  it('shows the bindings in the order in which they are tried', async () => {
    const { stdout } = await run(['list', '--bindings'])
    expect(stdout.split('\n').slice(4)).toEqual([
      '1.  telegram direct 7  -> ops',
      '2.  slack team T1      -> main',
      '3.  slack              -> ops',
      '4.  everything else    -> main',
      '',
    ])
  })

  it('says the same to programs', async () => {
    expect((await json('list'))[1]).toEqual({
      id: 'ops',
      name: 'Operations',
      isDefault: false,
      workspace: '/srv/ops',
      agentDir: '/home/alice/.mayros/agents/ops/agent',
      model: 'openai/gpt-5.2',
      identity: { emoji: 'O' },
      bindings: 2,
      routes: ['telegram direct 7', 'slack'],
    })
  })

  it('knows main where nobody listed any agent', async () => {
    await directory.write({ 'mayros.json': '{}' })
    expect(await json('list')).toMatchObject([{ id: 'main', isDefault: true, model: null }])
  })

  it('fails with what is wrong in the file', async () => {
    await directory.write({ 'mayros.json': '{ agents: 7 }' })
    const { exitCode, stderr } = await run(['list'])
    expect(exitCode).toBe(78)
    expect(stderr).toContain('agents')
  })
})

describe('agents add', () => {
  it('adds one line to the file and keeps the rest, remarks included', async () => {
    const { exitCode, stdout } = await run([
      'add',
      'Night Shift',
      '--workspace',
      'night',
      '--model',
      'anthropic/claude-opus-4-6',
    ])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `added agent night-shift, workspace ${resolve('night')}\ngateway not running\n`,
    })
    const text = await directory.text()
    for (const line of TEXT.split('\n')) expect(text).toContain(line)
    expect((await directory.source().read()).parsed).toMatchObject({
      agents: {
        list: [
          {},
          {},
          { id: 'night-shift', name: 'Night Shift', workspace: resolve('night'), model: 'anthropic/claude-opus-4-6' },
        ],
      },
    })
  })

  it('keeps main where it was the only one without being listed', async () => {
    await directory.write({ 'mayros.json': '{ /* nothing yet */ }' })
    expect(await json('add', 'ops', '--non-interactive')).toEqual({
      agentId: 'ops',
      name: 'ops',
      workspace: '/home/alice/.mayros/workspace-ops',
      agentDir: '/home/alice/.mayros/agents/ops/agent',
      bindings: { added: [], skipped: [], conflicts: [] },
    })
    expect(await directory.text()).toContain('/* nothing yet */')
    expect(await json('list')).toMatchObject([{ id: 'main', isDefault: true }, { id: 'ops' }])
  })

  it.each([
    [['OPS'], 'agent_exists', 'agent "ops" already exists'],
    [['Main'], 'agent_reserved', '"main" is reserved'],
    [['...'], 'agent_reserved', '"main" is reserved'],
    [['third', '--model', 'nonsense'], 'bad_model', 'provider/model'],
  ])('refuses %j and writes nothing', async (argv, code, words) => {
    const { exitCode, stdout } = await run(['add', ...argv, '--json'])
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout).error).toMatchObject({ code, message: expect.stringContaining(words) })
    expect(await directory.text()).toBe(TEXT)
  })

  it.each(['../../etc', 'a/b', 'ops\u0000x', '$HOME', 'agent:main:main'])('makes a harmless id of %j', async (name) => {
    const { agentId, workspace } = await json('add', name)
    expect(agentId).toMatch(/^[a-z0-9][a-z0-9_-]*$/)
    expect(workspace).toBe(`/home/alice/.mayros/workspace-${agentId}`)
  })
})

describe('agents delete', () => {
  it('removes the agent and its bindings, and nothing else', async () => {
    expect(await json('delete', 'Ops', '--force')).toEqual({
      ok: true,
      agentId: 'ops',
      removedBindings: 2,
      workspace: '/srv/ops',
    })
    const text = await directory.text()
    for (const kept of ['// who answers', '{ id: "main" }, // the first one', 'teamId: "T1"']) {
      expect(text).toContain(kept)
    }
    expect((await directory.source().read()).parsed).toEqual({
      agents: { defaults: { model: 'openai/gpt-5.2' }, list: [{ id: 'main' }] },
      bindings: [{ agentId: 'main', match: { channel: 'slack', teamId: 'T1' } }],
    })
  })

  it('asks, and goes on with yes only', async () => {
    const no = await run(['delete', 'ops'], { stdin: '\n', isTyped: true })
    expect(no).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('remove agent ops and 2 bindings? [y/N]') })
    expect(await directory.text()).toBe(TEXT)
    const yes = await run(['delete', 'ops'], { stdin: 'y\n', isTyped: true })
    expect(yes).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('its files in /srv/ops') })
  })

  it('does not guess where nobody can be asked', async () => {
    expect(await run(['delete', 'ops'], { stdin: '' })).toMatchObject({ exitCode: 2 })
    expect(await directory.text()).toBe(TEXT)
  })

  it.each([
    ['main', 'agent_needed', '"main" cannot be deleted'],
    ['nobody', 'agent_unknown', 'agent "nobody" not found'],
  ])('refuses %s', async (id, code, message) => {
    const { exitCode, stdout } = await run(['delete', id, '--force', '--json'])
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout).error).toMatchObject({ code, message })
  })

  it('refuses the default agent while others exist', async () => {
    await directory.write({ 'mayros.json': '{ agents: { list: [{ id: "one" }, { id: "two" }] } }' })
    expect((await run(['delete', 'one', '--force'])).stderr).toContain('agent "one" is the default agent')
    expect((await run(['delete', 'two', '--force'])).exitCode).toBe(0)
    expect((await run(['delete', 'one', '--force'])).exitCode).toBe(0)
    expect(await json('list')).toMatchObject([{ id: 'main' }])
  })

  it('refuses where something else needs the agent, and says what', async () => {
    const text =
      '{ agents: { list: [{ id: "main" }, { id: "ops" }] }, hooks: { mappings: [{ id: "m", agentId: "ops" }] } }'
    await directory.write({ 'mayros.json': text })
    const { exitCode, stderr } = await run(['delete', 'ops', '--force'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('hooks.mappings[0].agentId')
    expect(await directory.text()).toBe(text)
  })
})

describe('agents set-identity', () => {
  it('changes what is given and takes away what is empty', async () => {
    expect(await json('set-identity', 'OPS', '--name', 'Otto', '--emoji', '')).toEqual({
      ok: true,
      agentId: 'ops',
      identity: { name: 'Otto' },
    })
    expect(await directory.text()).toContain('// the second one')
  })

  it('lists main where nobody listed any agent', async () => {
    await directory.write({ 'mayros.json': '{}' })
    await run(['set-identity', 'main', '--theme', 'calm'])
    expect((await directory.source().read()).parsed).toEqual({
      agents: { list: [{ id: 'main', identity: { theme: 'calm' } }] },
    })
  })

  it('wants something to set, for an agent that exists', async () => {
    expect((await run(['set-identity', 'ops'])).exitCode).toBe(2)
    expect((await run(['set-identity', 'nobody', '--name', 'N'])).stderr).toContain('agent "nobody" not found')
  })
})
