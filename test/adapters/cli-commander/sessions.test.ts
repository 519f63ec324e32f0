import { afterEach, describe, expect, it } from 'vitest'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { answering, GatewayDouble } from '../../doubles/gateway-double.js'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function stage(methods: Parameters<typeof answering>[0], scene: CliScene = {}): Promise<CliStage> {
  const server = await GatewayDouble.start({ token: 's3cret', methods: answering(methods) })
  cleanups.push(() => server.stop())
  return new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' }, ...scene })
}

const ROWS = [
  {
    key: 'agent:main:main',
    kind: 'direct',
    sessionId: 's-1',
    updatedAt: Date.now() - 240_500,
    model: 'claude-opus-4-6',
    totalTokens: 31_000,
    contextTokens: 200_000,
  },
  { key: 'agent:ops:slack:channel:c1', kind: 'group', updatedAt: null, abortedLastRun: true },
]

describe('mayros sessions', () => {
  it('lists conversations, newest first', async () => {
    const asked: unknown[] = []
    const cli = await stage({
      'sessions.list': (params) => {
        asked.push(params)
        return { path: '/x/mayros.db', sessions: ROWS }
      },
    })
    const { exitCode, stdout } = await cli.run('sessions', '--active', '60', '--agent', 'main', '--limit', '5')
    expect(exitCode).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'agent:main:main             direct  4m ago  claude-opus-4-6  31k of 200k (16%)',
      'agent:ops:slack:channel:c1  group   never                    last run stopped',
      '',
    ])
    expect(asked).toEqual([{ includeGlobal: true, activeMinutes: 60, agentId: 'main', limit: 5 }])
  })

  it('tells programs the same', async () => {
    const cli = await stage({ 'sessions.list': () => ({ path: '/x/mayros.db', sessions: ROWS }) })
    const document = JSON.parse((await cli.run('sessions', '--json')).stdout)
    expect(document).toMatchObject({ path: '/x/mayros.db', count: 2, activeMinutes: null })
    expect(document.sessions[0]).toMatchObject({ agentId: 'main', percentUsed: 16, inputTokens: null })
    expect(Date.parse(document.sessions[0].updatedAt)).toBeLessThan(Date.now())
    expect(document.sessions[1]).toMatchObject({ updatedAt: null, ageMs: null })
  })

  it('says when there are none', async () => {
    const cli = await stage({ 'sessions.list': () => ({ sessions: [] }) })
    expect((await cli.run('sessions')).stdout).toBe('no sessions\n')
  })

  it('reads the store of this host where no gateway runs, and only there', async () => {
    const storedSessions = [{ key: 'agent:main:main', sessionId: 's', updatedAt: Date.now() }]
    const cli = new CliStage({ storedSessions: storedSessions as never })
    expect((await cli.run('sessions', '--offline')).stdout).toMatch(/^agent:main:main/)
    const busy = await new CliStage({ record: recordOn(1) }).run('sessions', '--offline')
    expect(busy).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('a gateway uses this store (pid 4352)') })
  })

  it.each(['reset', 'delete'] as const)('asks before %s, and does it', async (what) => {
    const asked: unknown[] = []
    const methods = {
      [`sessions.${what}`]: (params: unknown) => {
        asked.push(params)
        return { ok: true, key: 'agent:main:x', deleted: true }
      },
    }
    const unasked = await (await stage(methods, { stdin: '' })).run('sessions', what, 'x')
    expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('add --yes') })
    const declined = await (await stage(methods, { isTyped: true, stdin: 'n\n' })).run('sessions', what, 'x')
    expect(declined.exitCode).toBe(1)
    expect(asked).toEqual([])
    const done = await (await stage(methods, { isTyped: true, stdin: 'y\n' })).run('sessions', what, 'x')
    expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('agent:main:x') })
    expect(asked).toEqual([{ key: 'x' }])
    const document = JSON.parse((await (await stage(methods)).run('sessions', what, 'x', '--yes', '--json')).stdout)
    expect(document).toEqual({ ok: true, action: what, key: 'agent:main:x' })
  })

  it('says when there was nothing to delete', async () => {
    const cli = await stage({ 'sessions.delete': () => ({ ok: true, deleted: false }) })
    expect(await cli.run('sessions', 'delete', 'x', '--yes')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('there is no session x'),
    })
  })

  it('exports what was said as Markdown', async () => {
    const messages = [
      {
        role: 'user',
        timestamp: 0,
        content: [
          { type: 'text', text: 'list it' },
          { type: 'image', mimeType: 'image/png' },
        ],
      },
      { role: 'assistant', content: [{ type: 'toolCall', name: 'exec', arguments: { command: 'ls' } }] },
      { role: 'toolResult', toolName: 'exec', isError: true, content: [{ type: 'text', text: 'a ```b' }] },
      { role: 'assistant', content: [], errorMessage: 'aborted' },
    ]
    const methods = {
      'sessions.resolve': () => ({ ok: true, key: 'agent:main:x' }),
      'chat.history': () => ({ sessionKey: 'agent:main:x', messages }),
    }
    const { stdout } = await (await stage(methods)).run('sessions', 'export', 'x')
    expect(stdout).toBe(
      [
        '# agent:main:x',
        '## User (1970-01-01T00:00:00.000Z)',
        'list it',
        '[image/png]',
        '## Agent',
        'Tool `exec`:',
        '```\n{\n  "command": "ls"\n}\n```',
        '## Result of exec, failed',
        '````\na ```b\n````',
        '## Agent',
        '> aborted\n',
      ].join('\n\n'),
    )
    expect(
      JSON.parse((await (await stage(methods)).run('sessions', 'export', 'x', '--json')).stdout).messages,
    ).toHaveLength(4)
    const silent = { ...methods, 'chat.history': () => ({ sessionKey: 'agent:main:x', messages: [] }) }
    expect(await (await stage(silent)).run('sessions', 'export', 'x')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('nothing was said in agent:main:x yet'),
    })
  })
})
