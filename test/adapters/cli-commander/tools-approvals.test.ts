import { afterEach, describe, expect, it } from 'vitest'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { type DoubleOptions, GatewayDouble } from '../../doubles/gateway-double.js'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function gateway(methods: NonNullable<DoubleOptions['methods']>): Promise<GatewayDouble> {
  const server = await GatewayDouble.start({ token: 's3cret', methods })
  cleanups.push(() => server.stop())
  return server
}

const at = (server: GatewayDouble, scene: CliScene = {}) =>
  new CliStage({ record: recordOn(server.port), hints: { token: 's3cret' }, ...scene })

const ABOUT = { agentId: 'main', sessionKey: null, model: 'openai/x', problems: [] }
const LAYERS = [
  { layer: 'owner', path: null, rule: 'for every sender', verdict: 'passes' },
  { layer: 'global', path: 'tools.deny[0]', rule: 'deny ba\u001bsh', verdict: 'removes' },
  { layer: 'agent', path: null, rule: 'nothing configured', verdict: 'passes' },
]

describe('tools', () => {
  it('explain shows every layer and the one that decides', async () => {
    const answer = { ...ABOUT, tool: 'exec', exists: true, offered: false, decidedBy: 'global', layers: LAYERS }
    const server = await gateway({ 'tools.explain': (call) => call.ok(answer) })
    const { exitCode, stdout } = await at(server).run(
      ...'tools explain bash --agent main --session work --sender 7 --no-owner'.split(' '),
    )
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      [
        'exec: not offered, because of global',
        '  agent main, model openai/x',
        '  owner   passes   for every sender',
        '  global  removes  deny ba\\u001bsh  tools.deny[0]  <- decides',
        '  agent   passes   nothing configured',
        '',
      ].join('\n'),
    )
    expect(server.calls[0]?.params).toEqual({
      tool: 'bash',
      agentId: 'main',
      sessionKey: 'work',
      senderId: '7',
      isOwner: false,
    })
    const json = await at(server).run('tools', 'explain', 'exec', '--json')
    expect(JSON.parse(json.stdout)).toEqual(answer)
    expect(server.calls[1]?.params).toEqual({ tool: 'exec' })
  })

  it('list shows what is offered, and names lists that name nothing', async () => {
    const tools = [
      { name: 'read', toolbox: 'builtin-fs', offered: true, decidedBy: null },
      {
        name: 'exec',
        toolbox: 'builtin',
        offered: false,
        decidedBy: 'global',
        path: 'tools.deny[0]',
        rule: 'deny exec',
      },
    ]
    const problems = [{ path: 'tools.allow', message: 'names no tool there is (raed), so that no tool is offered' }]
    const server = await gateway({ 'tools.list': (call) => call.ok({ ...ABOUT, tools, problems }) })
    expect((await at(server).run('tools', 'list', '--owner')).stdout).toBe(
      [
        'read  builtin-fs  offered',
        'exec  builtin     not offered: global, deny exec (tools.deny[0])',
        'problem: tools.allow names no tool there is (raed), so that no tool is offered',
        '',
      ].join('\n'),
    )
    expect(server.calls[0]?.params).toEqual({ isOwner: true })
  })
})

const FILE = {
  version: 1,
  defaults: { ask: 'on-miss' },
  agents: { '*': { allowlist: [{ id: 'a', pattern: '/bin/ls' }] }, ops: { security: 'deny' } },
}
const VIEW = { path: '/home/x/exec-approvals.json', exists: true, hash: 'h1', file: FILE }

const listing = (view: object = VIEW) =>
  gateway({
    'exec.approvals.get': (call) => call.ok(view),
    'exec.approvals.set': (call) => call.ok({ ...view, file: call.params.file }),
  })

const written = (server: GatewayDouble) => server.calls.filter(({ method }) => method === 'exec.approvals.set')

describe('approvals', () => {
  it('get shows rules and patterns', async () => {
    const server = await listing()
    expect((await at(server).run('approvals', 'get')).stdout).toBe(
      [
        '/home/x/exec-approvals.json',
        'defaults: ask on-miss',
        'all agents: as configured',
        '  /bin/ls',
        'agent ops: security deny',
        '',
      ].join('\n'),
    )
    expect(JSON.parse((await at(server).run('approvals', 'get', '--json')).stdout)).toEqual({
      target: 'gateway',
      ...VIEW,
    })
  })

  it('set replaces what was there, guarded by its hash', async () => {
    const server = await listing()
    const scene = { files: { 'a.json': '{"version":1}' } }
    expect((await at(server, scene).run('approvals', 'set', '--file', 'a.json')).stdout).toBe(
      'saved /home/x/exec-approvals.json\n',
    )
    await at(server, { stdin: '{"version":1,"agents":{}}' }).run('approvals', 'set', '--file', '-')
    expect(written(server).map(({ params }) => params)).toEqual([
      { file: { version: 1 }, baseHash: 'h1' },
      { file: { version: 1, agents: {} }, baseHash: 'h1' },
    ])
  })

  it('set complains about files that cannot be read before it connects', async () => {
    const server = await listing()
    const gone = await at(server).run('approvals', 'set', '--file', 'gone.json')
    expect([gone.exitCode, gone.stderr]).toEqual([2, expect.stringContaining('--file: cannot read gone.json: ENOENT')])
    const broken = await at(server, { stdin: '{' }).run('approvals', 'set', '--file', '-')
    expect([broken.exitCode, broken.stderr]).toEqual([2, expect.stringContaining('--file is not valid JSON')])
    expect(server.calls).toEqual([])
  })

  it.each([['allow'], ['allowlist add']])('%s adds a pattern once', async (name) => {
    const server = await listing()
    const words = name.split(' ')
    const { stdout } = await at(server).run('approvals', ...words, '/usr/bin/git log **', '--agent', 'ops')
    expect(stdout).toBe('now allowed for agent ops: /usr/bin/git log **\n')
    const again = await at(server).run('approvals', ...words, '/bin/ls')
    expect(again.stdout).toBe('already allowed for all agents: /bin/ls\n')
    expect(written(server).map(({ params }) => params)).toEqual([
      {
        file: {
          ...FILE,
          agents: { ...FILE.agents, ops: { security: 'deny', allowlist: [{ pattern: '/usr/bin/git log **' }] } },
        },
        baseHash: 'h1',
      },
    ])
  })

  it('allow makes the file when there is none', async () => {
    const server = await listing({ ...VIEW, exists: false, hash: '', file: { version: 1 } })
    await at(server).run('approvals', 'allow', '/bin/ls')
    expect(written(server)[0]?.params).toEqual({
      file: { version: 1, agents: { '*': { allowlist: [{ pattern: '/bin/ls' }] } } },
    })
  })

  it('allow takes no pattern that could never match', async () => {
    const server = await listing()
    const { exitCode, stderr } = await at(server).run('approvals', 'allow', 'git')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('absolute path of a program')])
    expect(server.calls).toEqual([])
  })

  it('allowlist remove takes a pattern off', async () => {
    const server = await listing()
    const { stdout } = await at(server).run('approvals', 'allowlist', 'remove', '/bin/ls', '--json')
    expect(JSON.parse(stdout)).toEqual({ ok: true, agentId: '*', pattern: '/bin/ls', changed: true })
    expect(written(server)[0]?.params).toMatchObject({ file: { agents: { '*': { allowlist: [] } } } })
    expect((await at(server).run('approvals', 'allowlist', 'remove', '/bin/none')).stdout).toBe(
      'already not allowed for all agents: /bin/none\n',
    )
  })

  it('pending and resolve answer questions', async () => {
    const request = { command: 'rm x\nfake', agentId: 'main', cwd: '/here' }
    const pending = [{ id: 'q1', request, createdAtMs: Date.now(), expiresAtMs: Date.now() + 90_500 }]
    const server = await gateway({
      'exec.approval.list': (call) => call.ok({ pending }),
      'exec.approval.resolve': (call) => call.ok({ ok: true }),
    })
    expect((await at(server).run('approvals', 'pending')).stdout).toMatch(
      /^q1 {2}agent main {2}expires in \S+ {2}rm x\\nfake {2}\(in \/here\)\n$/,
    )
    const words = 'approvals resolve q1 --decision allow-once'.split(' ')
    expect((await at(server).run(...words)).stdout).toBe('allow-once: q1\n')
    expect(server.calls.at(-1)?.params).toEqual({ id: 'q1', decision: 'allow-once' })
    expect((await at(server).run('approvals', 'resolve', 'q1', '--decision', 'perhaps')).exitCode).toBe(2)
  })

  it('pending says when there are no questions', async () => {
    const server = await gateway({ 'exec.approval.list': (call) => call.ok({ pending: [] }) })
    expect((await at(server).run('approvals', 'pending')).stdout).toBe('no questions\n')
  })
})
