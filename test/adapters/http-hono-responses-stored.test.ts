import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { textOf } from '../../src/domain/session/transcript.js'
import { ResponsesHttp } from '../doubles/responses-http.js'

const DAY_MS = 86_400_000
const CALL = { id: 'c1', name: 'look', arguments: '{"at":1}' }
const LOOK = { type: 'function', name: 'look', parameters: null }

let made: ResponsesHttp

beforeEach(async () => {
  made = await ResponsesHttp.open()
})

afterEach(() => made.sessions.close())

type Told = Record<string, any>

const answer = async (body: object): Promise<Told> => {
  const response = await made.post({ model: 'mayros', ...body })
  return { status: response.status, ...((await response.json()) as Told) }
}
const read = async (path: string, method = 'GET'): Promise<Told> => {
  const response = await made.http.asked(`/v1/responses/${path}`, { method })
  return { status: response.status, ...((await response.json()) as Told) }
}
const lastCall = () => made.calls.asked.at(-1)!
const said = () => lastCall().earlier.map((message) => `${message.role}: ${textOf(message)}`)
const transcriptOf = async (key: string) => {
  const entry = await made.sessions.session(key)
  return entry === null ? null : (await made.sessions.transcript(entry.sessionId)).map(({ message }) => message.role)
}

describe('going on from a response', () => {
  it('happens in its session when it was the last word there', async () => {
    const first = await answer({ input: 'one' })
    const second = await answer({ input: 'two', previous_response_id: first.id })
    expect(second).toMatchObject({ status: 'completed', previous_response_id: first.id })
    const [one, two] = made.calls.asked
    expect([two?.sessionKey, two?.earlier]).toEqual([one?.sessionKey, []])
    expect(await transcriptOf(one!.sessionKey)).toEqual(['user', 'assistant', 'user', 'assistant'])
  })

  it('happens in a session of its own, with everything up to it, when the other one went on', async () => {
    const first = await answer({ input: 'one' })
    await answer({ input: 'two', previous_response_id: first.id })
    await answer({ input: 'other two', previous_response_id: first.id })
    expect(lastCall().sessionKey).not.toBe(made.calls.asked[0]?.sessionKey)
    expect(said()).toEqual(['user: one', 'assistant: You said: one'])
  })

  it('happens in a session of its own when the next message would begin a new conversation in the other one', async () => {
    const first = await answer({ input: 'one' })
    made.isOver = true
    await answer({ input: 'two', previous_response_id: first.id })
    expect(lastCall().sessionKey).not.toBe(made.calls.asked[0]?.sessionKey)
    expect(said()).toEqual(['user: one', 'assistant: You said: one'])
  })

  it('happens once in its session when two come at the same moment', async () => {
    const first = await answer({ input: 'one' })
    const both = await Promise.all([
      answer({ input: 'two', previous_response_id: first.id }),
      answer({ input: 'other two', previous_response_id: first.id }),
    ])
    expect(both.map(({ status }) => status)).toEqual(['completed', 'completed'])
    const keys = made.calls.asked.map(({ sessionKey }) => sessionKey)
    expect(keys.filter((key) => key === keys[0])).toHaveLength(2)
    expect(
      made.calls.asked
        .slice(1)
        .map(({ earlier }) => earlier.length)
        .sort(),
    ).toEqual([0, 2])
  })

  it('takes along what the caller adds to what was said', async () => {
    const first = await answer({ input: 'one' })
    await answer({
      previous_response_id: first.id,
      input: [
        { role: 'user', content: 'two' },
        { role: 'assistant', content: 'my own words' },
        { role: 'user', content: 'three' },
      ],
    })
    expect(said()).toEqual(['user: one', 'assistant: You said: one', 'user: two', 'assistant: my own words'])
  })

  it('works with another agent, and from an archive', async () => {
    const first = await answer({ input: 'one' })
    await answer({ model: 'mayros:work', input: 'two', previous_response_id: first.id })
    expect([lastCall().agentId, said()]).toEqual(['work', ['user: one', 'assistant: You said: one']])
    const { sessionKey } = made.calls.asked[0]!
    const { sessionId } = (await made.sessions.session(sessionKey))!
    await made.sessions.commit([
      { kind: 'session.delete', key: sessionKey },
      { kind: 'transcript.archive', sessionId, archiveId: 'a', reason: 'deleted', at: 1, keepLast: 0 },
    ])
    await answer({ input: 'three', previous_response_id: first.id })
    expect(said()).toEqual(['user: one', 'assistant: You said: one'])
    await made.sessions.commit([{ kind: 'transcript.forget', sessionId }])
    expect(await answer({ input: 'four', previous_response_id: first.id })).toMatchObject({
      status: 404,
      error: { code: 'response_not_found', param: 'previous_response_id' },
    })
  })

  it('keeps the rules of system messages, but not the instructions', async () => {
    const first = await answer({
      instructions: 'Once.',
      input: [
        { role: 'developer', content: 'Always.' },
        { role: 'user', content: 'one' },
      ],
    })
    const second = await answer({ input: 'two', previous_response_id: first.id })
    expect(lastCall().instructions).toBe('Always.')
    await answer({
      previous_response_id: second.id,
      instructions: 'New.',
      input: [
        { role: 'system', content: 'Also.' },
        { role: 'user', content: 'three' },
      ],
    })
    expect(lastCall().instructions).toBe('New.\n\nAlways.\n\nAlso.')
  })

  it('hands in what tools of the caller returned', async () => {
    made.calls.script = ({ turn }) => (turn.kind === 'message' ? { calls: [CALL] } : { text: ['Seen.'] })
    const first = await answer({ input: 'one', tools: [LOOK] })
    const input = [{ type: 'function_call_output', call_id: 'c1', output: 'a tree' }]
    const second = await answer({ input, previous_response_id: first.id, tools: [LOOK] })
    expect(lastCall()).toMatchObject({
      sessionKey: made.calls.asked[0]?.sessionKey,
      earlier: [],
      turn: {
        kind: 'tool-results',
        results: [{ toolCallId: 'c1', toolName: 'look', content: [{ type: 'text', text: 'a tree' }] }],
      },
    })
    expect(second.output).toMatchObject([{ content: [{ text: 'Seen.' }] }])
    await answer({ input, previous_response_id: first.id, tools: [LOOK] })
    expect(lastCall().earlier.map(({ role }) => role)).toEqual(['user', 'assistant'])
    expect(await answer({ input: [{ ...input[0], call_id: 'c2' }], previous_response_id: first.id })).toMatchObject({
      status: 400,
    })
  })

  it('finds the call of a tool in a session of the caller', async () => {
    made.calls.script = ({ turn }) => (turn.kind === 'message' ? { calls: [CALL] } : { text: ['Seen.'] })
    await answer({ input: 'one', user: 'ann', tools: [LOOK] })
    await answer({ input: [{ type: 'function_call_output', call_id: 'c1', output: 'x' }], user: 'ann', tools: [LOOK] })
    expect(lastCall().turn).toMatchObject({ kind: 'tool-results', results: [{ toolName: 'look' }] })
  })

  it('counts what tools of the agent returned as part of the answer', async () => {
    const first = await answer({ input: 'one' })
    const { sessionKey } = lastCall()
    const { sessionId } = (await made.sessions.session(sessionKey))!
    const message = {
      role: 'toolResult',
      toolCallId: 'own',
      toolName: 'read',
      content: [],
      isError: false,
      timestamp: 1,
    } as const
    await made.sessions.commit([{ kind: 'transcript.append', sessionId, entries: [{ id: 'own', message }] }])
    await answer({ input: 'two', previous_response_id: first.id })
    expect([lastCall().sessionKey, lastCall().earlier]).toEqual([sessionKey, []])
  })

  it('can refer to items instead of repeating them', async () => {
    made.calls.script = () => ({ text: ['Hello.'], calls: [CALL] })
    const first = await answer({ input: 'one', tools: [LOOK] })
    const [message, call] = first.output
    await answer({
      input: [
        { role: 'user', content: 'one' },
        { type: 'item_reference', id: message.id },
        { id: call.id },
        { type: 'function_call_output', call_id: 'c1', output: 'x' },
      ],
    })
    expect(lastCall()).toMatchObject({
      earlier: [{ role: 'user' }, { role: 'assistant', content: [{ text: 'Hello.' }, { type: 'toolCall', id: 'c1' }] }],
      turn: { kind: 'tool-results', results: [{ toolName: 'look' }] },
    })
    await answer({ previous_response_id: first.id, input: [{ id: message.id }, { role: 'user', content: 'two' }] })
    expect([lastCall().sessionKey, lastCall().earlier]).toEqual([made.calls.asked[0]?.sessionKey, []])
  })

  it('is not possible from one that failed or was broken off', async () => {
    made.calls.script = () => ({ failure: { code: 'provider', message: 'no' }, text: ['so'] })
    const response = await made.post({ model: 'mayros', input: 'x', stream: true })
    const id = /"id":"(resp_[0-9a-f]+)"/.exec(await response.text())?.[1]
    expect((await read(id ?? '')).status).toBe(404)
  })
})

describe('what is kept', () => {
  it('can be read, item by item too, and deleted once', async () => {
    const { status: _status, ...first } = await answer({ input: 'one' })
    expect(await read(first.id)).toEqual({ ...first, status: 'completed' })
    expect(await read(`${first.id}/input_items`)).toEqual({
      status: 200,
      object: 'list',
      data: [
        {
          type: 'message',
          role: 'user',
          content: [{ type: 'input_text', text: 'one' }],
          id: expect.stringMatching(/^in_[0-9a-f]{32}_0$/),
          status: 'completed',
        },
      ],
      first_id: expect.any(String),
      last_id: expect.any(String),
      has_more: false,
    })
    expect(await read(first.id, 'DELETE')).toEqual({ status: 200, id: first.id, object: 'response', deleted: true })
    for (const [path, method] of [[first.id], [first.id, 'DELETE'], [`${first.id}/input_items`]] as const) {
      expect(await read(path, method)).toMatchObject({ status: 404, error: { code: 'response_not_found' } })
    }
    expect((await answer({ input: 'two', previous_response_id: first.id })).status).toBe(404)
  })

  it('is listed page by page', async () => {
    const input = Array.from({ length: 5 }, (_, index) => ({ role: 'user', content: `${index}`, id: `m${index}` }))
    const { id } = await answer({ input })
    const page = async (query: string) => {
      const { data, has_more } = await read(`${id}/input_items?${query}`)
      return [data?.map((item: { id: string }) => item.id), has_more]
    }
    expect(await page('limit=2')).toEqual([['m4', 'm3'], true])
    expect(await page('limit=2&order=asc&after=m2')).toEqual([['m3', 'm4'], false])
    expect((await read(`${id}/input_items?limit=0`)).status).toBe(400)
  })

  it('is for those who may come in only', async () => {
    const { id } = await answer({ input: 'one' })
    for (const [path, method] of [
      [id, 'GET'],
      [id, 'DELETE'],
      [`${id}/input_items`, 'GET'],
      [`${id}/cancel`, 'POST'],
    ]) {
      expect((await made.http.fetch(`/v1/responses/${path}`, { method: method ?? '' })).status).toBe(401)
    }
    expect((await read(id)).status).toBe('completed')
  })

  it('cannot be cancelled, streamed again, or changed', async () => {
    const { id } = await answer({ input: 'one' })
    expect(await read(`${id}/cancel`, 'POST')).toMatchObject({ status: 400 })
    expect(await read('resp_0/cancel', 'POST')).toMatchObject({ status: 404 })
    expect(await read(`${id}?stream=true`)).toMatchObject({ status: 400, error: { code: 'unsupported_parameter' } })
    const put = await made.http.asked(`/v1/responses/${id}`, { method: 'PUT' })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, DELETE'])
  })

  it('expires, and is swept with a later answer', async () => {
    const { id } = await answer({ input: 'one' })
    await made.clock.advance(30 * DAY_MS - 1)
    expect((await read(id)).status).toBe('completed')
    await made.clock.advance(1)
    expect((await read(id)).status).toBe(404)
    await answer({ input: 'two' })
    await expect.poll(() => made.store.expire(made.clock.now())).toBe(0)
    expect(await made.store.get(id, 0)).toBeNull()
  })

  it.each([
    ['the caller says so', { store: false }, 30],
    ['the configuration says so', {}, 0],
  ])('is nothing when %s, not even the session', async (_who, body, retentionDays) => {
    made.retentionDays = retentionDays
    const { id, store, ...rest } = await answer({ input: 'one', ...body })
    expect([rest.status, store]).toEqual(['completed', false])
    expect((await read(id)).status).toBe(404)
    expect((await answer({ input: 'two', previous_response_id: id })).status).toBe(404)
    const { sessionKey } = made.calls.asked[0]!
    expect(await made.sessions.session(sessionKey)).toBeNull()
    expect(await made.sessions.transcript(`session of ${sessionKey}`)).toEqual([])
    expect(await made.sessions.archives(`session of ${sessionKey}`)).toEqual([])
  })

  it('is nothing of a failure that was not to be stored', async () => {
    made.calls.script = () => ({ failure: { code: 'provider', message: 'no' } })
    await answer({ input: 'one', store: false })
    expect(await made.sessions.count()).toBe(0)
  })

  it('stays as it was when somebody goes on from it without storing', async () => {
    const first = await answer({ input: 'one' })
    const second = await answer({ input: 'two', previous_response_id: first.id, store: false })
    expect(second.status).toBe('completed')
    expect(said()).toEqual(['user: one', 'assistant: You said: one'])
    expect(await transcriptOf(made.calls.asked[0]!.sessionKey)).toEqual(['user', 'assistant'])
    expect(await made.sessions.count()).toBe(1)
  })

  it('stays in a session of the caller, stored or not', async () => {
    await answer({ input: 'one', user: 'ann', store: false })
    await answer({ input: 'two', user: 'ann', store: false })
    expect(await transcriptOf('agent:main:openresponses-user:ann')).toHaveLength(4)
  })

  it('is told by the stream only when it is there to be gone on from', async () => {
    const put = made.store.put.bind(made.store)
    made.store.put = () => Promise.reject(new Error('the disk is full'))
    const events = await (await made.post({ model: 'mayros', input: 'x', stream: true })).text()
    expect(events).toContain('event: response.failed\n')
    expect(events).not.toContain('the disk is full')
    expect(made.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect((await answer({ input: 'x' })).status).toBe(500)
    made.store.put = put
    const { id } = await answer({ input: 'x' })
    expect((await read(id)).status).toBe('completed')
  })
})
