import { describe, expect, it, vi } from 'vitest'
import { RetryPace } from '../../src/adapters/control-ui/connection/retry-pace.js'
import { type Ask, Conversation } from '../../src/adapters/control-ui/views/chat/conversation.js'
import { History } from '../../src/adapters/control-ui/views/chat/history.js'
import type { HistoryMessage } from '../../src/adapters/control-ui/views/chat/history-message.js'
import { LiveRun } from '../../src/adapters/control-ui/views/chat/live-run.js'
import { matchingCommands } from '../../src/adapters/control-ui/views/chat/matching-commands.js'
import { outputText } from '../../src/adapters/control-ui/views/chat/output-text.js'

const KEY = 'agent:main:main'

const words = (role: 'user' | 'assistant', text: string, timestamp = 0): HistoryMessage => ({
  role,
  content: [{ type: 'text', text }],
  timestamp,
})

/** A gateway with one session. */
class OneSession {
  messages: HistoryMessage[] = []
  sessionId = 'one'
  readonly asked: (readonly [string, Readonly<Record<string, any>>])[] = []
  sendAnswer: () => Promise<object> = async () => ({ status: 'started' })

  readonly ask: Ask = async <T>(method: string, params: object): Promise<T> => {
    this.asked.push([method, params])
    if (method !== 'chat.history') return (await this.sendAnswer()) as T
    const { limit, skip } = params as { readonly limit: number; readonly skip: number }
    const { length: total } = this.messages
    const messages = this.messages.slice(Math.max(0, total - skip - limit), Math.max(0, total - skip))
    return { sessionId: this.sessionId, messages, total, thinkingLevel: 'off' } as T
  }

  history(): History {
    return new History((about) => this.ask('chat.history', about))
  }
}

describe('the history of a session', () => {
  it('is fetched page by page, each page once, and every message has its place', async () => {
    const session = new OneSession()
    session.messages = Array.from({ length: 1_050 }, (_, at) => words('user', `${at}`, at))
    const history = session.history()
    await history.refresh()
    expect([history.total, history.at(1_049)?.timestamp, history.at(850)?.timestamp, history.at(849)]).toEqual([
      1_050,
      1_049,
      850,
      undefined,
    ])
    await Promise.all([history.fill(0, 40), history.fill(40, 80), history.fill(790, 860)])
    for (const place of [0, 199, 600, 799, 849]) expect(history.at(place)?.timestamp, `${place}`).toBe(place)
    expect(history.at(200)).toBeUndefined()
    expect(session.asked.map(([, { limit, skip }]) => [limit, skip])).toEqual([
      [200, 0],
      [200, 850],
      [200, 250],
      [200, 50],
    ])
    await history.fill(0, 80)
    expect(session.asked).toHaveLength(4)
  })

  it('keeps places right when messages come while a page is on its way', async () => {
    const session = new OneSession()
    session.messages = Array.from({ length: 500 }, (_, at) => words('user', `${at}`, at))
    const history = session.history()
    await history.refresh()
    session.messages.push(words('user', '500', 500), words('user', '501', 501))
    await history.fill(0, 40)
    expect(history.total).toBe(502)
    for (const place of [2, 20, 199, 499]) expect(history.at(place)?.timestamp, `${place}`).toBe(place)
  })

  it('is forgotten when the session begins anew', async () => {
    const session = new OneSession()
    session.messages = [words('user', 'old')]
    const history = session.history()
    await history.refresh()
    session.messages = [words('user', 'new')]
    session.sessionId = 'two'
    await history.refresh()
    expect(history.at(0)?.content).toEqual([{ type: 'text', text: 'new' }])
  })
})

describe('an answer while it comes', () => {
  it('grows, and speaks anew after a tool', () => {
    const run = new LiveRun('r')
    run.said('Let')
    run.said('Let me look')
    run.tool({ phase: 'start', name: 'read', toolCallId: 't', args: { path: 'a' } })
    run.tool({ phase: 'update', name: 'read', toolCallId: 't', partialResult: 'li' })
    run.tool({ phase: 'result', name: 'read', toolCallId: 't', result: 'line', isError: false })
    run.said('Done')
    expect(run.parts).toEqual([
      { kind: 'text', text: 'Let me look' },
      { kind: 'tool', id: 't', name: 'read', args: { path: 'a' }, output: 'line', state: 'ok' },
      { kind: 'text', text: 'Done' },
    ])
  })

  it('speaks anew after a tool that was not shown here', () => {
    const run = new LiveRun('r')
    run.said('First')
    run.said('Second')
    expect(run.parts).toMatchObject([{ text: 'First' }, { text: 'Second' }])
  })
})

describe('a conversation', () => {
  function begun(session: OneSession) {
    const changed = vi.fn()
    return { conversation: new Conversation(KEY, session.ask, changed), changed }
  }

  it('shows what was sent until the history tells it', async () => {
    const session = new OneSession()
    const { conversation } = begun(session)
    await conversation.refresh()
    await conversation.send('hello', [])
    const [own] = conversation.own
    expect(own).toMatchObject({ text: 'hello', state: 'underway' })
    const runId = own?.runId ?? ''
    conversation.hearChat({ runId, sessionKey: KEY, state: 'delta', message: words('assistant', 'he') })
    expect(conversation.isBusy).toBe(true)

    session.messages = [words('user', 'hello'), words('assistant', 'hey')]
    conversation.hearChat({ runId, sessionKey: KEY, state: 'final', message: words('assistant', 'hey') })
    await vi.waitFor(() => expect(conversation.isBusy).toBe(false))
    expect([conversation.own, conversation.asides, conversation.history.total]).toEqual([[], [], 2])
  })

  it('keeps what no history tells: commands and their answers', async () => {
    const { conversation } = begun(new OneSession())
    await conversation.send('/whoami', [])
    const runId = conversation.own[0]?.runId ?? ''
    conversation.hearChat({ runId, sessionKey: KEY, state: 'final', message: words('assistant', 'You.') })
    await vi.waitFor(() => expect(conversation.asides).toMatchObject([{ text: 'You.', isProblem: false }]))
    expect(conversation.own).toMatchObject([{ text: '/whoami', state: 'told' }])
  })

  it('a message that did not get through is sent again under its old id', async () => {
    const session = new OneSession()
    const { conversation } = begun(session)
    session.sendAnswer = () => Promise.reject(new Error('not connected'))
    await conversation.send('hello', [{ name: 'a.png', type: 'image/png', content: 'data:image/png;base64,AA==' }])
    const [own] = conversation.own
    expect(own).toMatchObject({ state: 'failed', problem: 'not connected' })
    session.sendAnswer = async () => ({ status: 'started', queued: true })
    if (own !== undefined) await conversation.sendAgain(own)
    expect(own?.state).toBe('waiting')
    const sent = session.asked.filter(([method]) => method === 'chat.send').map(([, params]) => params)
    expect(sent[0]).toEqual(sent[1])
    expect(sent[0]).toMatchObject({
      attachments: [{ fileName: 'a.png', mimeType: 'image/png', content: 'data:image/png;base64,AA==' }],
    })
  })

  it('hears nothing of other sessions', () => {
    const { conversation, changed } = begun(new OneSession())
    conversation.hearChat({ runId: 'x', sessionKey: 'agent:main:b', state: 'delta', message: words('assistant', 'x') })
    conversation.hearAgent({ runId: 'x', sessionKey: 'agent:main:b', stream: 'assistant', data: { text: 'x' } })
    expect([conversation.runs.size, changed.mock.calls]).toEqual([0, []])
  })

  it('tells of a failure, also when the history cannot be fetched', async () => {
    const session = new OneSession()
    const { conversation } = begun(session)
    conversation.hearAgent({ runId: 'r', sessionKey: KEY, stream: 'lifecycle', data: { phase: 'start' } })
    vi.spyOn(conversation.history, 'refresh').mockRejectedValue(new Error('gone'))
    conversation.hearChat({ runId: 'r', sessionKey: KEY, state: 'error', errorMessage: 'out of credit' })
    await vi.waitFor(() => expect(conversation.isBusy).toBe(false))
    expect(conversation.asides).toMatchObject([{ text: 'out of credit', isProblem: true }])
  })
})

describe('small things of the Control UI', () => {
  it('attempts come at growing pauses, of at most a quarter more than 15 s', () => {
    const pace = new RetryPace()
    const pauses = Array.from({ length: 12 }, () => pace.nextMs())
    expect(Math.max(...pauses)).toBeLessThanOrEqual(18_750)
    expect(pauses[0]).toBeLessThanOrEqual(625)
    expect(pauses[11]).toBeGreaterThan(11_000)
    pace.reset()
    expect(pace.nextMs()).toBeLessThanOrEqual(625)
  })

  it.each([
    ['/wh', ['whoami']],
    ['/', expect.arrayContaining(['help', 'new', 'model'])],
    ['/model gpt', []],
    ['hello /wh', []],
    ['', []],
  ])('offers commands for %j', (text, names) => {
    expect(matchingCommands(text).map(({ name }) => name)).toEqual(names)
  })

  it.each([
    [undefined, null],
    ['text', 'text'],
    [{ content: [{ text: 'a' }, { text: 'b' }] }, 'a\nb'],
    [{ rows: 1 }, '{\n  "rows": 1\n}'],
  ])('shows the output %j of a tool', (value, text) => {
    expect(outputText(value)).toBe(text)
  })
})
