import { createHmac } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CliHome } from './harness/cli-home.js'
import { ask, order, waitFor } from './harness/conversation.js'
import type { RunningGateway } from './harness/running-gateway.js'

const TOKEN = 'a-token-for-webhooks-0123456789'
const SECRET = 'a-key-for-signatures-0123456789'

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

interface Told {
  readonly status: number
  readonly body: unknown
}

async function post(gateway: RunningGateway, path: string, body: unknown, headers: object = {}): Promise<Told> {
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
}

function runIdOf({ body }: Told): string {
  return (body as { runId: string }).runId
}

const hooks = { enabled: true, token: TOKEN }

describe.each(['auto', 'ws'])('webhooks over the engine %s', (engine) => {
  const options = { env: { MAYROS_ENGINE: engine } }

  it('start runs, wake, transform and check signatures', async () => {
    const transforms = join(home.stateDir, 'hooks', 'transforms')
    await mkdir(transforms, { recursive: true })
    const module = join(transforms, 'triage.mjs')
    await writeFile(
      module,
      'export default ({ payload }) => (payload.skip ? null : { message: "triage " + payload.n })',
    )
    await home.configure({
      hooks: {
        ...hooks,
        presets: ['github'],
        mappings: [
          {
            match: { path: 'triage' },
            transform: { module: 'triage.mjs' },
            allowUnsafeExternalContent: true,
            deliver: false,
          },
          { match: { path: 'signed' }, messageTemplate: '{{n}}', signature: { secret: SECRET, replacesToken: true } },
        ],
      },
    })
    const gateway = await home.gateway([], options)
    const client = await gateway.connect()

    expect(await post(gateway, '/hooks/wake', { text: 'news', mode: 'next-heartbeat' })).toEqual({
      status: 200,
      body: { ok: true, mode: 'next-heartbeat' },
    })
    const told = await ask(client, 'anything new?', 'run-1')
    expect(told.result.payloads[0]?.text).toContain('anything new?')

    const triaged = await post(gateway, '/hooks/triage', { n: 7 })
    expect(triaged.status).toBe(202)
    expect(await waitFor(client, runIdOf(triaged))).toMatchObject({ status: 'ok' })
    expect(await post(gateway, '/hooks/triage', { skip: true })).toEqual({ status: 204, body: '' })
    await writeFile(module, 'export default () => { throw new Error("broken now") }')
    expect(await post(gateway, '/hooks/triage', { n: 8 })).toMatchObject({ status: 500 })

    const body = '{"n": "grün"}'
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
    const headers = { authorization: '', 'x-hub-signature-256': signature }
    expect(await post(gateway, '/hooks/signed', body, headers)).toMatchObject({ status: 202 })
    expect(await post(gateway, '/hooks/signed', `${body}\n`, headers)).toEqual({ status: 401, body: 'Unauthorized' })
    expect(await post(gateway, '/hooks/github', { ref: 'main' }, { 'x-github-event': 'push' })).toMatchObject({
      status: 202,
    })
    expect(await post(gateway, '/hooks/nothing', {})).toEqual({ status: 404, body: 'Not Found' })
    expect(await post(gateway, '/hooks/agent', { message: 'x'.repeat(300_000) })).toMatchObject({ status: 413 })
  })

  it('what was accepted runs once, whenever the gateway dies', async () => {
    await home.configure({ hooks, agents: { defaults: { maxConcurrent: 1 } } })
    const delivery = { 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' }
    const first = await home.gateway([], options)
    const client = await first.connect()
    await order(client, '/echo hang', 'run-1')
    const accepted = await post(first, '/hooks/agent', { message: 'only once', deliver: false }, delivery)
    expect(accepted).toEqual({ status: 202, body: { ok: true, runId: expect.stringMatching(/^hook-/) } })
    await first.crash()

    const second = await home.gateway([], options)
    const back = await second.connect()
    expect(await post(second, '/hooks/agent', { message: 'only once', deliver: false }, delivery)).toEqual(accepted)
    const runId = runIdOf(accepted)
    expect(await waitFor(back, runId)).toMatchObject({ status: 'ok' })
    expect(await post(second, '/hooks/agent', { message: 'only once', deliver: false }, delivery)).toEqual(accepted)
    await second.crash()

    const third = await home.gateway([], options)
    expect(await post(third, '/hooks/agent', { message: 'only once', deliver: false }, delivery)).toEqual(accepted)
    const last = await third.connect()
    expect(await waitFor(last, runId)).toMatchObject({ status: 'ok' })
    const { sessions } = await last.call<{ sessions: readonly { key: string }[] }>('sessions.list', {})
    const own = sessions.filter(({ key }) => key.startsWith('agent:main:hook:'))
    expect(own).toHaveLength(1)
    const sessionKey = own[0]?.key ?? ''
    const { messages } = await last.call<{ messages: readonly { role: string }[] }>('chat.history', { sessionKey })
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
  })

  it('tools are called over HTTP', async () => {
    await home.configure({ hooks, tools: { exec: { security: 'deny' } } })
    const gateway = await home.gateway([], options)
    const headers = { authorization: `Bearer ${gateway.token}` }
    expect(await post(gateway, '/tools/invoke', { tool: 'agents_list' }, headers)).toMatchObject({
      status: 200,
      body: { ok: true, result: { details: { requester: 'main' } } },
    })
    const file = { path: 'note.txt', content: 'written over HTTP' }
    expect(await post(gateway, '/tools/invoke', { tool: 'write', args: file }, headers)).toMatchObject({ status: 200 })
    expect(await post(gateway, '/tools/invoke', { tool: 'read', args: { path: 'note.txt' } }, headers)).toMatchObject({
      body: { result: { content: [{ text: expect.stringContaining('written over HTTP') }] } },
    })
    expect(await post(gateway, '/tools/invoke', { tool: 'read', args: { path: 'none' } }, headers)).toMatchObject({
      status: 400,
    })
    for (const tool of ['exec', 'gateway', 'nothing']) {
      expect(await post(gateway, '/tools/invoke', { tool }, headers)).toMatchObject({ status: 404 })
    }
    expect(await post(gateway, '/tools/invoke', { tool: 'agents_list' })).toMatchObject({ status: 401 })
  })

  it('commands that an operator has to allow are refused with 403 when nobody does', async () => {
    await home.configure({ hooks, tools: { exec: { security: 'allowlist', ask: 'off' } } })
    const gateway = await home.gateway([], options)
    const headers = { authorization: `Bearer ${gateway.token}` }
    const command = { tool: 'exec', args: { command: 'touch x' } }
    expect(await post(gateway, '/tools/invoke', command, headers)).toMatchObject({
      status: 403,
      body: {
        ok: false,
        error: { type: 'tool_error', message: expect.stringMatching(/^the command was not allowed/) },
      },
    })
  })
})
