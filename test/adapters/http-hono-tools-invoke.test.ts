import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Tool, ToolCallContext } from '../../src/application/ports/tools.js'
import { tokens } from '../../src/bootstrap/tokens.js'
import { GatewayStage, TOKEN } from '../doubles/gateway-stage.js'
import { said, testTool, toolbox } from '../doubles/test-tools.js'

let stage: GatewayStage
const contexts: ToolCallContext[] = []

afterEach(() => stage.close())

async function open(config: object = {}, more: readonly Tool[] = []): Promise<GatewayStage> {
  contexts.length = 0
  const actions = z.strictObject({ action: z.enum(['list', 'add']), name: z.string().optional() })
  const withAction: Tool<z.infer<typeof actions>> = {
    name: 'with_action',
    description: 'Does one of two things.',
    params: () => actions,
    run: async ({ action }) => said(action),
  }
  const tools = [
    testTool('look', async ({ at }, context) => {
      contexts.push(context)
      return { ...said(`at ${at}`), details: { at } }
    }),
    testTool('refuse', async () => ({ ...said('there is no such file'), isError: true })),
    testTool('deny', async () => ({ ...said('an operator did not allow it'), isError: true, isDenied: true })),
    testTool('break', () => Promise.reject(new Error('a secret of the inside'))),
    testTool(
      'hang',
      (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(said('')))),
      {
        timeoutMs: 5_000,
      },
    ),
    testTool('sessions_spawn', async () => said('spawned')),
    testTool('gateway', async () => said('gateway'), { isForOwners: true }),
    testTool('for_owners', async (_, { isOwner }) => said(String(isOwner)), { isForOwners: true }),
    withAction as Tool,
    ...more,
  ]
  stage = await GatewayStage.open({
    config: { agents: { list: [{ id: 'main', default: true }, { id: 'work' }] }, ...config },
    modules: [(bindings) => bindings.constant(tokens.toolboxes, [toolbox(tools, 'builtin')])],
  })
  return stage
}

function fetch(init: RequestInit = {}, path = '/tools/invoke'): Promise<Response> {
  const { host, port } = stage.endpoint as { host: string; port: number }
  return stage.transport.fetch(`http://${host}:${port}${path}`, init)
}

function post(body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch({
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  })
}

async function told(body: unknown, headers: Record<string, string> = {}): Promise<readonly [number, unknown]> {
  const response = await post(body, headers)
  return [response.status, await response.json()]
}

const unavailable = (tool: string) => [
  404,
  { ok: false, error: { type: 'not_found', message: `Tool not available: ${tool}` } },
]

describe('POST /tools/invoke', () => {
  it('calls a tool and answers with what came of it', async () => {
    await open()
    expect(await told({ tool: 'look', args: { at: 'door' } })).toEqual([
      200,
      { ok: true, result: { content: [{ type: 'text', text: 'at door' }], details: { at: 'door' } } },
    ])
    expect(contexts[0]).toMatchObject({ agentId: 'main', sessionKey: 'agent:main:main', isOwner: true })
    expect(stage.record.find(({ event }) => event === 'tool')).toMatchObject({
      actor: 'operator',
      subject: 'look',
      reason: 'ok',
      details: { over: 'http', sessionKey: 'agent:main:main' },
    })
  })

  it('lets nobody in without the token, asks for the method first, and takes no token in the address', async () => {
    await open()
    expect((await fetch({ method: 'GET' })).status).toBe(405)
    expect((await fetch({ method: 'PUT' })).headers.get('allow')).toBe('POST')
    expect((await fetch({ method: 'POST', body: '{' })).status).toBe(401)
    expect((await fetch({ method: 'POST' }, `/tools/invoke?token=${TOKEN}`)).status).toBe(400)
    expect(stage.record.some(({ event }) => event === 'tool')).toBe(false)
  })

  it.each([
    [{}, 'tools.invoke requires body.tool'],
    ['', 'tools.invoke requires body.tool'],
    [{ tool: '  ' }, 'tools.invoke requires body.tool'],
    [{ tool: 5 }, 'tools.invoke requires body.tool'],
    [[], 'tools.invoke requires body.tool'],
    [{ tool: 'look', args: [] }, /^args: /],
    [{ tool: 'look', sessionKey: 5 }, /^sessionKey: /],
    ['{"tool"', /not valid JSON/],
  ])('refuses %j', async (body, message) => {
    await open()
    const [status, answer] = await told(body)
    expect(status).toBe(400)
    expect(answer).toMatchObject({
      error: {
        type: 'invalid_request_error',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      },
    })
  })

  it('says the same of a tool there is not and of one that policy withholds', async () => {
    await open({ tools: { deny: ['look'] } })
    for (const tool of ['nothing', 'look', 'LOOK ', 'constructor', '__proto__']) {
      expect(await told({ tool })).toEqual(unavailable(tool.trim()))
    }
    expect(await told({ tool: 'x'.repeat(500) })).toEqual(unavailable('x'.repeat(64)))
  })

  it('withholds what must not be used over HTTP, unless the configuration gives it back', async () => {
    await open()
    for (const tool of ['sessions_spawn', 'sessions_send', 'gateway', 'whatsapp_login']) {
      expect(await told({ tool })).toEqual(unavailable(tool))
    }
    const live = stage.gateway.get(tokens.live)
    const gateway = { ...live.config.gateway, tools: { allow: ['sessions_spawn', 'gateway'], deny: ['for_owners'] } }
    live.replace({ ...live.current, config: { ...live.config, gateway } })
    expect(await told({ tool: 'sessions_spawn' })).toMatchObject([200, { ok: true }])
    expect(await told({ tool: 'gateway' })).toMatchObject([200, { ok: true }])
    expect(await told({ tool: 'for_owners' })).toEqual(unavailable('for_owners'))
  })

  it('may do what owners may do', async () => {
    await open()
    expect(await told({ tool: 'for_owners' })).toMatchObject([200, { result: { content: [{ text: 'true' }] } }])
  })

  it('calls in the session that is named', async () => {
    await open({
      agents: {
        list: [
          { id: 'main', default: true },
          { id: 'work', tools: { deny: ['look'] } },
        ],
      },
    })
    expect(await told({ tool: 'look', sessionKey: 'MAIN' })).toMatchObject([200, {}])
    expect(await told({ tool: 'look', sessionKey: 'Notes' })).toMatchObject([200, {}])
    expect(contexts.map(({ sessionKey }) => sessionKey)).toEqual(['agent:main:main', 'agent:main:notes'])
    expect(await told({ tool: 'look', sessionKey: 'agent:work:main' })).toEqual(unavailable('look'))
    for (const sessionKey of ['agent:work', 'agent:nobody:main']) {
      expect(await told({ tool: 'look', sessionKey })).toMatchObject([
        400,
        { ok: false, error: { type: 'tool_error' } },
      ])
    }
  })

  it('judges by the rules of the chat and of the account that are named', async () => {
    const group = (deny: readonly string[]) => ({ groups: { '-5': { tools: { deny } } } })
    await open({
      channels: {
        telegram: {
          botToken: 'b',
          ...group(['with_action']),
          accounts: { second: { botToken: 'c', ...group(['look']) } },
        },
      },
    })
    const sessionKey = 'agent:main:telegram:group:-5'
    const account = { 'x-mayros-message-channel': 'telegram', 'x-mayros-account-id': 'second' }
    expect(await told({ tool: 'look', sessionKey })).toMatchObject([200, {}])
    expect(await told({ tool: 'look', sessionKey }, account)).toEqual(unavailable('look'))
    expect(await told({ tool: 'look', sessionKey }, { ...account, 'x-mayros-message-channel': 'irc' })).toMatchObject([
      200,
      {},
    ])
    expect(contexts.map(({ channel }) => channel)).toEqual([undefined, 'irc'])
  })

  it('puts the action into the arguments of tools that have one', async () => {
    await open()
    expect(await told({ tool: 'with_action', action: 'add' })).toMatchObject([
      200,
      { result: { content: [{ text: 'add' }] } },
    ])
    expect(await told({ tool: 'with_action', action: 'add', args: { action: 'list' } })).toMatchObject([
      200,
      { result: { content: [{ text: 'list' }] } },
    ])
    expect(await told({ tool: 'look', action: 'add', args: { at: 'a' } })).toMatchObject([200, {}])
  })

  it('tells refusals from faults', async () => {
    await open()
    const toolError = (message: unknown) => ({ ok: false, error: { type: 'tool_error', message } })
    expect(await told({ tool: 'look', args: { wrong: 1 } })).toEqual([400, toolError(expect.stringContaining('wrong'))])
    expect(await told({ tool: 'refuse' })).toEqual([400, toolError('there is no such file')])
    expect(await told({ tool: 'deny' })).toEqual([403, toolError('an operator did not allow it')])
    expect(await told({ tool: 'break' })).toEqual([500, toolError('tool execution failed')])
  })

  it('ends a tool that takes too long, and one that nobody waits for', async () => {
    await open()
    const late = told({ tool: 'hang' })
    await stage.clock.advance(5_000)
    expect(await late).toMatchObject([500, { ok: false, error: { type: 'tool_error' } }])

    const leaving = new AbortController()
    const response = post({ tool: 'hang' }, {}, leaving.signal).catch((thrown: unknown) => (thrown as Error).name)
    await stage.settle()
    leaving.abort()
    expect(await response).toBe('AbortError')
    await stage.settle()
    const ended = stage.record.filter(({ event, subject }) => event === 'tool' && subject === 'hang')
    expect(ended).toHaveLength(2)
  })

  it('refuses what is too large', async () => {
    await open()
    expect(await told({ tool: 'look', args: { at: 'x'.repeat(2 * 1024 * 1024) } })).toMatchObject([
      413,
      { error: { message: 'Payload too large', type: 'invalid_request_error' } },
    ])
  })
})
