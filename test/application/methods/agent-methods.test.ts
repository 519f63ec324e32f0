import { afterEach, describe, expect, it } from 'vitest'
import { MemoryWorkspaceFiles } from '../../../src/adapters/workspace-files-memory/memory-workspace-files.js'
import { AgentBook } from '../../../src/application/agents/agent-book.js'
import { WorkspaceBootstrap } from '../../../src/application/agents/workspace-bootstrap.js'
import { MethodTable } from '../../../src/application/method-table.js'
import { agentMethods } from '../../../src/application/methods/agent-methods.js'
import { MAX_WORKSPACE_FILE_BYTES } from '../../../src/application/ports/workspace-files.js'
import { type Module, tokens } from '../../../src/bootstrap/index.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { ReloadStage } from '../../doubles/reload-stage.js'

let staged: ReloadStage
let client: MemoryProtocolClient
let files: MemoryWorkspaceFiles

afterEach(() => staged.close())

/** Puts the methods of agents in place with workspaces that live in memory. */
const inMemory: Module = (bindings) => {
  bindings.factory(
    tokens.methods,
    (areas, source, configView, configReload, agents, live, system, trail, log) => {
      const bootstrap = new WorkspaceBootstrap({ files, live, log })
      const defaultWorkspace = '/state/workspace'
      const book = new AgentBook({
        source,
        configView,
        get reload() {
          return configReload()
        },
        files,
        bootstrap,
        system,
        defaultWorkspace,
        log,
      })
      const rows = agentMethods({ book, agents, files, trail, log })
      const names = new Set(rows.map(({ name }) => name))
      return new MethodTable([...areas.map((area) => area.filter(({ name }) => !names.has(name))), rows])
    },
    [
      tokens.methodAreas,
      tokens.configSource,
      tokens.configView,
      tokens.configReload,
      tokens.agents,
      tokens.live,
      tokens.system,
      tokens.trail,
      tokens.log,
    ],
  )
}

async function open(config: object = {}): Promise<void> {
  files = new MemoryWorkspaceFiles(() => 1_000)
  staged = await ReloadStage.open({ config, modules: [inMemory] })
  client = await staged.stage.join()
}

async function answered(method: string, params: object, who = client) {
  const response = who.request(method, params)
  await staged.stage.clock.advance(0)
  return response
}

async function payload(method: string, params: object) {
  const response = await answered(method, params)
  if (response.ok !== true) throw new Error(JSON.stringify(response.error))
  return response.payload
}

const refusal = async (method: string, params: object) => (await answered(method, params)).error
const written = async () => (await staged.source.read()).parsed as Record<string, never>
const idsListed = async () => (await client.call('agents.list', {})).agents.map(({ id }: { readonly id: string }) => id)
const textOf = async (workspace: string, name: string) => (await files.read(workspace, name))?.text

const OPS = { name: 'Night Shift', workspace: '/srv/night', emoji: 'N' }

describe('agents.create', () => {
  it('writes the agent, makes its workspace, and has it answer at once', async () => {
    await open({ logging: { level: 'warn' } })
    expect(await payload('agents.create', { ...OPS, avatar: 'face.png' })).toEqual({
      ok: true,
      agentId: 'night-shift',
      name: 'Night Shift',
      workspace: '/srv/night',
    })
    const identity = { emoji: 'N', avatar: 'face.png' }
    const entry = { id: 'night-shift', name: 'Night Shift', workspace: '/srv/night', identity }
    expect(await written()).toEqual({ logging: { level: 'warn' }, agents: { list: [{ id: 'main' }, entry] } })
    expect(await idsListed()).toEqual(['main', 'night-shift'])
    expect(await textOf('/srv/night', 'IDENTITY.md')).toContain('- Name: Night Shift')
    expect(staged.stage.record).toContainEqual(
      expect.objectContaining({ event: 'config-written', subject: 'agents.create' }),
    )
  })

  it('leaves alone what stands in the workspace', async () => {
    await open()
    await files.write('/srv/night', 'USER.md', 'mine')
    await payload('agents.create', OPS)
    expect(await textOf('/srv/night', 'USER.md')).toBe('mine')
    expect(await textOf('/srv/night', 'AGENTS.md')).toBeUndefined()
  })

  it('makes no files where the configuration says so', async () => {
    await open({ agents: { defaults: { skipBootstrap: true } } })
    await payload('agents.create', OPS)
    expect(await textOf('/srv/night', 'AGENTS.md')).toBeUndefined()
  })

  it.each([
    [{ name: 'Main', workspace: '/w' }, '"main" is reserved'],
    [{ name: 'OPS', workspace: '/w' }, 'agent "ops" already exists'],
    [{ name: 'x', workspace: '/w\0' }, 'the path of the workspace contains a NUL character'],
    [{ name: 'x' }, 'invalid agents.create params'],
    [{ name: 'x', workspace: '/w', more: 1 }, 'invalid agents.create params'],
  ])('refuses %j', async (params, message) => {
    await open({ agents: { list: [{ id: 'main' }, { id: 'ops' }] } })
    const before = await written()
    const error = await refusal('agents.create', params)
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining(message) })
    expect(await written()).toEqual(before)
  })

  it('keeps all of several that come at once', async () => {
    await open()
    const names = Array.from({ length: 8 }, (_, index) => `agent-${index}`)
    const all = names.map((name) => answered('agents.create', { name, workspace: `/srv/${name}` }))
    for (const response of await Promise.all(all)) expect(response.ok).toBe(true)
    expect(new Set(await idsListed())).toEqual(new Set(['main', ...names]))
  })
})

describe('agents.update', () => {
  it('changes what is given', async () => {
    await open({ agents: { list: [{ id: 'main', name: 'Old', identity: { emoji: 'E' } }] } })
    const params = { agentId: 'MAIN', name: 'New', workspace: '/elsewhere', avatar: 'face.png' }
    expect(await payload('agents.update', params)).toEqual({ ok: true, agentId: 'main' })
    expect(await written()).toEqual({
      agents: {
        list: [{ id: 'main', name: 'New', workspace: '/elsewhere', identity: { emoji: 'E', avatar: 'face.png' } }],
      },
    })
    expect((await client.call('agents.list', {})).agents).toMatchObject([{ name: 'New' }])
  })

  it('keeps the fallbacks when the model changes', async () => {
    const [first, second] = ['openai/gpt-5.2', 'anthropic/claude-opus-4-6']
    await open({ agents: { list: [{ id: 'main', model: { primary: first, fallbacks: [first] } }] } })
    await payload('agents.update', { agentId: 'main', model: second })
    expect(await written()).toEqual({
      agents: { list: [{ id: 'main', model: { primary: second, fallbacks: [first] } }] },
    })
  })

  it.each(['openai/gpt-5.2', { primary: 'openai/gpt-5.2', fallbacks: ['openai/gpt-5.2'] }])(
    'takes the model %j away when it is told null, so that the one of all agents answers',
    async (model) => {
      await open({ agents: { list: [{ id: 'main', name: 'Otto', model }] } })
      await payload('agents.update', { agentId: 'main', model: null })
      expect(await written()).toEqual({ agents: { list: [{ id: 'main', name: 'Otto' }] } })
      await payload('agents.update', { agentId: 'main', model: null })
      expect(await written()).toEqual({ agents: { list: [{ id: 'main', name: 'Otto' }] } })
    },
  )

  it('lists main where nobody listed any agent', async () => {
    await open()
    await payload('agents.update', { agentId: 'main', name: 'Otto' })
    expect(await written()).toEqual({ agents: { list: [{ id: 'main', name: 'Otto' }] } })
  })

  it('refuses an agent that does not exist, and a model of nobody', async () => {
    await open()
    expect((await refusal('agents.update', { agentId: 'ops', name: 'x' })).message).toBe('agent "ops" not found')
    const error = await refusal('agents.update', { agentId: 'main', model: 'nobody/x' })
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: 'invalid config' })
    expect(await written()).toEqual({})
  })
})

describe('agents.delete', () => {
  const bound = (agentId: string) => ({ agentId, match: { channel: 'slack' } })
  const TWO = {
    agents: { list: [{ id: 'main' }, { id: 'ops', workspace: '/srv/ops' }] },
    bindings: [bound('ops'), bound('main'), bound('OPS')],
  }

  it('removes agent and bindings, and puts the workspace aside', async () => {
    await open(TWO)
    await files.write('/srv/ops', 'USER.md', 'kept')
    expect(await payload('agents.delete', { agentId: 'ops' })).toEqual({
      ok: true,
      agentId: 'ops',
      removedBindings: 2,
    })
    expect(await written()).toEqual({ agents: { list: [{ id: 'main' }] }, bindings: [bound('main')] })
    expect(await idsListed()).toEqual(['main'])
    expect(await textOf('/srv/ops', 'USER.md')).toBeUndefined()
    expect(await textOf('/srv/ops.removed-1', 'USER.md')).toBe('kept')
  })

  it('leaves the files when asked', async () => {
    await open(TWO)
    await files.write('/srv/ops', 'USER.md', 'kept')
    await payload('agents.delete', { agentId: 'ops', deleteFiles: false })
    expect(await textOf('/srv/ops', 'USER.md')).toBe('kept')
  })

  it('leaves a workspace in which another agent works', async () => {
    await open({
      agents: {
        list: [
          { id: 'main', workspace: '/srv/ops/main' },
          { id: 'ops', workspace: '/srv/ops' },
        ],
      },
    })
    await files.write('/srv/ops', 'USER.md', 'kept')
    expect(await payload('agents.delete', { agentId: 'ops' })).toMatchObject({ ok: true })
    expect(await textOf('/srv/ops', 'USER.md')).toBe('kept')
    expect(staged.stage.log.lines.map(({ message }) => message)).toContain('the workspace of a deleted agent stays')
  })

  it('can be followed by an agent of the same name with a new workspace', async () => {
    await open()
    await payload('agents.create', OPS)
    await files.write('/srv/night', 'USER.md', 'of the first one')
    await payload('agents.delete', { agentId: 'night-shift' })
    await payload('agents.create', OPS)
    expect(await textOf('/srv/night', 'USER.md')).toContain('The person you work for')
  })

  it.each([
    ['main', '"main" cannot be deleted'],
    ['nobody', 'agent "nobody" not found'],
  ])('refuses %s', async (agentId, message) => {
    await open(TWO)
    expect(await refusal('agents.delete', { agentId })).toMatchObject({ code: 'INVALID_REQUEST', message })
  })
})

describe('files of an agent', () => {
  const WORK = '/srv/main'
  const opened = () => open({ agents: { list: [{ id: 'main', workspace: WORK }] } })

  it('are listed, those that are missing too', async () => {
    await opened()
    await files.write(WORK, 'SOUL.md', 'brief')
    const list = await payload('agents.files.list', { agentId: 'main' })
    expect(list).toMatchObject({ agentId: 'main', workspace: WORK })
    expect(list.files.map(({ name }: { readonly name: string }) => name)).toEqual([
      'AGENTS.md',
      'SOUL.md',
      'TOOLS.md',
      'IDENTITY.md',
      'USER.md',
      'HEARTBEAT.md',
      'BOOTSTRAP.md',
      'MEMORY.md',
    ])
    expect(list.files.slice(0, 2)).toEqual([
      { name: 'AGENTS.md', path: `${WORK}/AGENTS.md`, missing: true },
      { name: 'SOUL.md', path: `${WORK}/SOUL.md`, missing: false, size: 5, updatedAtMs: 1_000 },
    ])
  })

  it('include the old spelling of the memory where it is used', async () => {
    await opened()
    await files.write(WORK, 'memory.md', 'old')
    const list = await payload('agents.files.list', { agentId: 'main' })
    expect(list.files.at(-1)).toMatchObject({ name: 'memory.md', missing: false })
  })

  it('are changed and read', async () => {
    await opened()
    const file = {
      name: 'USER.md',
      path: `${WORK}/USER.md`,
      missing: false,
      size: 5,
      updatedAtMs: 1_000,
      content: 'Alice',
    }
    const params = { agentId: 'main', name: 'USER.md', content: 'Alice' }
    expect(await payload('agents.files.set', params)).toEqual({ ok: true, agentId: 'main', workspace: WORK, file })
    const read = await payload('agents.files.get', { agentId: 'main', name: 'USER.md' })
    expect(read).toEqual({ agentId: 'main', workspace: WORK, file })
    expect(JSON.stringify(staged.stage.log.lines)).not.toContain('Alice')
    const missing = await payload('agents.files.get', { agentId: 'main', name: 'SOUL.md' })
    expect(missing.file).toEqual({ name: 'SOUL.md', path: `${WORK}/SOUL.md`, missing: true })
  })

  it.each(['../secret.md', 'agents.md', '/etc/passwd', 'sub/AGENTS.md', 'AGENTS.md\0', '.env', 'AGENTS.md/'])(
    'are no others: %j',
    async (name) => {
      await opened()
      const message = `unsupported file "${name}"`
      expect(await refusal('agents.files.get', { agentId: 'main', name })).toMatchObject({ message })
      expect(await refusal('agents.files.set', { agentId: 'main', name, content: '' })).toMatchObject({ message })
    },
  )

  it('are not those that a link leads to', async () => {
    await opened()
    files.linkOutside(WORK, 'AGENTS.md')
    for (const [method, more] of [
      ['agents.files.get', {}],
      ['agents.files.set', { content: 'text' }],
    ] as const) {
      const error = await refusal(method, { agentId: 'main', name: 'AGENTS.md', ...more })
      expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('leads out') })
    }
    expect((await payload('agents.files.list', { agentId: 'main' })).files[0]).toMatchObject({ missing: true })
  })

  it('have a greatest length', async () => {
    await opened()
    const content = 'x'.repeat(MAX_WORKSPACE_FILE_BYTES + 1)
    const error = await refusal('agents.files.set', { agentId: 'main', name: 'USER.md', content })
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('1 MiB') })
    expect(await textOf(WORK, 'USER.md')).toBeUndefined()
  })

  it('belong to an agent that exists', async () => {
    await opened()
    expect((await refusal('agents.files.list', { agentId: 'ops' })).message).toBe('unknown agent id')
  })
})

describe('who may', () => {
  it.each([
    ['agents.create', { name: 'x', workspace: '/w' }],
    ['agents.update', { agentId: 'main' }],
    ['agents.delete', { agentId: 'main' }],
    ['agents.files.set', { agentId: 'main', name: 'USER.md', content: '' }],
  ])('%s needs an admin', async (method, params) => {
    await open()
    const writer = await staged.stage.join({ scopes: ['operator.read', 'operator.write'] })
    expect((await answered(method, params, writer)).error.message).toBe('missing scope: operator.admin')
  })

  it('look at files: readers', async () => {
    await open()
    const reader = await staged.stage.join({ scopes: ['operator.read'] })
    expect((await answered('agents.files.list', { agentId: 'main' }, reader)).ok).toBe(true)
  })
})
