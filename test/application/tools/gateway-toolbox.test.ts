import { afterEach, describe, expect, it } from 'vitest'
import type { Tool, ToolCallContext, ToolOutcome } from '../../../src/application/ports/tools.js'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { type Module, tokens } from '../../../src/bootstrap/index.js'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'
import { textOf } from '../../../src/domain/session/transcript.js'
import { GatewayStage } from '../../doubles/gateway-stage.js'

const MAIN = 'agent:main:main'

describe('the tools of the gateway', () => {
  let stage: GatewayStage

  afterEach(() => stage.close())

  async function open(
    config: object = {},
    sessions: readonly (Partial<SessionEntry> & { key: string })[] = [],
    modules: readonly Module[] = [],
  ) {
    stage = await GatewayStage.open({ config, modules })
    for (const [index, more] of [{ key: MAIN }, ...sessions].entries()) {
      const entry = newSession(more.key, {
        agentId: more.key.split(':')[1] ?? 'main',
        sessionId: `s${index}`,
        now: Date.UTC(2026, 0, 1),
      })
      await stage.store.commit([{ kind: 'session.put', entry: { ...entry, ...more } }])
    }
  }

  function use(name: string, args: object = {}, more: Partial<ToolCallContext> = {}): Promise<ToolOutcome> {
    const tool = stage.gateway
      .get(tokens.toolRegistry)
      .offer('main', () => true)
      .find(name) as Tool
    const checked = stage.gateway.get(tokens.wire).check(tool.params, args)
    if (!checked.ok) throw new Error(checked.problems)
    return tool.run(checked.value, {
      runId: 'r',
      toolCallId: 'c',
      agentId: 'main',
      sessionKey: MAIN,
      workspace: '/nowhere',
      isOwner: true,
      signal: new AbortController().signal,
      update: () => undefined,
      ...more,
    })
  }

  const details = async (outcome: Promise<ToolOutcome>) => (await outcome).details as Record<string, any>
  const sentence = async (outcome: Promise<ToolOutcome>) => {
    const { content, isError } = await outcome
    return `${isError === true ? 'error: ' : ''}${textOf({ content })}`
  }

  it('are eight, and two are for owners', async () => {
    await open()
    const all = stage.gateway.get(tokens.toolRegistry).all('main')
    expect(all.map(({ tool, toolboxId }) => [toolboxId, tool.name, tool.isForOwners === true])).toEqual([
      ['builtin', 'session_status', false],
      ['builtin', 'sessions_list', false],
      ['builtin', 'sessions_history', false],
      ['builtin', 'sessions_send', false],
      ['builtin', 'agents_list', false],
      ['builtin', 'message', false],
      ['builtin', 'gateway', true],
      ['builtin', 'cron', true],
    ])
  })

  it('show the sessions one may see, and say the same of hidden ones and of none', async () => {
    await open({}, [
      { key: 'agent:main:subagent:1', spawnedBy: MAIN },
      { key: 'agent:main:subagent:2', spawnedBy: 'agent:main:subagent:1' },
      { key: 'agent:main:private' },
    ])
    const { sessions } = await details(use('sessions_list'))
    expect(sessions.map(({ key }: { key: string }) => key).sort()).toEqual([
      MAIN,
      'agent:main:subagent:1',
      'agent:main:subagent:2',
    ])
    const hidden = await sentence(use('sessions_history', { sessionKey: 'agent:main:private' }))
    const none = await sentence(use('sessions_history', { sessionKey: 'agent:main:nothing' }))
    expect(hidden).toBe(none.replace('nothing', 'private'))
    expect(hidden).toMatch(/^error: There is no session/)
    expect(await sentence(use('session_status', { sessionKey: 'agent:main:private' }))).toMatch(/^error: There is no/)
    expect(await sentence(use('sessions_send', { sessionKey: 'agent:main:private', message: 'hi' }))).toMatch(
      /^error: There/,
    )
    expect(await details(use('session_status'))).toMatchObject({ key: MAIN, messages: 0, runsUnderWay: 0 })
    expect(await sentence(use('session_status', {}, { sessionKey: null }))).toMatch(/bound to no session/)
  })

  it('show what was said in a session, with what tools returned only when asked', async () => {
    await open()
    const content = [{ type: 'text' as const, text: 'hello' }]
    await stage.store.commit([
      {
        kind: 'transcript.append',
        sessionId: 's0',
        entries: [
          { id: '1', message: { role: 'user', content, timestamp: 1 } },
          {
            id: '2',
            message: { role: 'toolResult', toolCallId: 'c', toolName: 't', content, isError: false, timestamp: 2 },
          },
        ],
      },
    ])
    expect((await details(use('sessions_history', { sessionKey: 'main' }))).messages).toHaveLength(1)
    expect((await details(use('sessions_history', { sessionKey: MAIN, includeTools: true }))).messages).toHaveLength(2)
  })

  describe('sessions_send', () => {
    const child = { key: 'agent:main:subagent:1', spawnedBy: MAIN, label: 'helper' }

    it('waits for the answer, and says where the message comes from', async () => {
      await open({}, [child])
      const outcome = details(use('sessions_send', { label: 'helper', message: 'how far?' }))
      await stage.settle()
      stage.runner.of('how far?').say('Half way.').finish()
      await stage.settle()
      expect(await outcome).toMatchObject({ status: 'ok', reply: 'Half way.', sessionKey: child.key })
      const [entry] = await stage.store.transcript('s1')
      expect(entry?.message).toMatchObject({
        role: 'user',
        provenance: { kind: 'inter_session', sourceSessionKey: MAIN, sourceTool: 'sessions_send' },
      })
      expect((await stage.store.run((await outcome).runId))?.request.lane, 'who waits holds a place already').toBe(
        'nested',
      )
    })

    it('gives up waiting after its time, or when it is stopped; the other goes on', async () => {
      await open({}, [child])
      const late = details(use('sessions_send', { sessionKey: child.key, message: 'one', timeoutSeconds: 5 }))
      await stage.clock.advance(5_000)
      expect(await late).toMatchObject({ status: 'timeout' })
      expect(
        await details(use('sessions_send', { sessionKey: child.key, message: 'two', timeoutSeconds: 0 })),
      ).toMatchObject({
        status: 'accepted',
      })
      const stop = new AbortController()
      const stopped = details(
        use('sessions_send', { sessionKey: child.key, message: 'three' }, { signal: stop.signal }),
      )
      await stage.settle()
      stop.abort()
      expect(await stopped).toMatchObject({ status: 'timeout' })
      expect(stage.runner.of('one').signal.aborted).toBe(false)
    })

    it('never speaks to itself, nor where nobody may speak', async () => {
      await open({}, [{ ...child, sendPolicy: 'deny' }])
      expect(await sentence(use('sessions_send', { sessionKey: 'main', message: 'hi' }))).toMatch(
        /^error: This is the session/,
      )
      expect(await sentence(use('sessions_send', { sessionKey: child.key, message: 'hi' }))).toMatch(
        /takes no messages/,
      )
      expect(await sentence(use('sessions_send', { message: 'hi' }))).toMatch(/^error: Name either/)
    })
  })

  describe('sessions_send between agents', () => {
    const WORK = 'agent:work:main'
    const config = (maxPingPongTurns: number) => ({
      agents: { list: [{ id: 'main' }, { id: 'work' }] },
      tools: { agentToAgent: { enabled: true }, sessions: { visibility: 'all' } },
      session: { agentToAgent: { maxPingPongTurns } },
    })
    const chat = { lastChannel: 'irc', lastTo: '#room' }
    /** Waits until somebody is asked, and answers. */
    const answer = async (number: number, text: string) => {
      for (let turn = 0; turn < 20 && stage.runner.puppets.length < number; turn++) await stage.settle()
      expect(stage.runner.puppets).toHaveLength(number)
      const { request } = stage.runner.last
      stage.runner.last.say(text).finish()
      await stage.settle()
      return request
    }

    async function begin(turns: number, more: Partial<SessionEntry> = {}) {
      const sent: unknown[] = []
      const deliver = async (message: unknown) => {
        sent.push(message)
        return { isDelivered: true as const }
      }
      await open(config(turns), [{ key: WORK, ...more }], [(bindings) => bindings.constant(tokens.deliver, deliver)])
      const outcome = details(use('sessions_send', { sessionKey: WORK, message: 'how far?' }))
      await answer(1, 'Half way.')
      expect(await outcome).toMatchObject({ status: 'ok', reply: 'Half way.' })
      return sent
    }

    it('goes on until one has nothing more to say, then the chat is told', async () => {
      const sent = await begin(5, chat)
      const back = await answer(2, 'And the rest?')
      expect(back).toMatchObject({ sessionKey: MAIN, message: 'Half way.' })
      expect(back.extraSystemPrompt).toContain(`in the session ${WORK}`)
      expect(await answer(3, 'Tomorrow.')).toMatchObject({ sessionKey: WORK, message: 'And the rest?' })
      expect(await answer(4, 'REPLY_SKIP')).toMatchObject({ sessionKey: MAIN, message: 'Tomorrow.' })
      const { message, sessionKey } = await answer(5, 'Done by tomorrow.')
      expect(sessionKey).toBe(WORK)
      expect(message).toContain('how far?')
      expect(message).toContain('Tomorrow.')
      expect(sent).toEqual([{ channel: 'irc', to: '#room', text: 'Done by tomorrow.' }])
      expect(stage.runner.puppets).toHaveLength(5)
    })

    it('ends after so many turns, and keeps quiet where the agent wants to or there is no chat', async () => {
      const sent = await begin(1, chat)
      expect(await answer(2, 'Thanks.')).toMatchObject({ sessionKey: MAIN })
      await answer(3, 'ANNOUNCE_SKIP')
      expect(sent).toEqual([])
      await stage.close()
      await begin(0)
      await stage.settle()
      expect(stage.runner.puppets).toHaveLength(1)
    })

    it('does not begin anew within a talk', async () => {
      await begin(5)
      const back = use('sessions_send', { sessionKey: MAIN, message: 'again' }, { agentId: 'work', sessionKey: WORK })
      await answer(2, 'REPLY_SKIP')
      await answer(3, 'Yes.')
      expect(await details(back)).toMatchObject({ reply: 'Yes.' })
      await stage.settle()
      expect(stage.runner.puppets).toHaveLength(3)
    })
  })

  it('agents_list names those one may meet', async () => {
    const list = [{ id: 'main' }, { id: 'work', name: 'Work' }]
    await open({ agents: { list } })
    expect((await details(use('agents_list'))).agents).toEqual([{ id: 'main', isDefault: true }])
    await stage.close()
    await open({ agents: { list }, tools: { agentToAgent: { enabled: true } } })
    expect((await details(use('agents_list'))).agents).toContainEqual({ id: 'work', name: 'Work', isDefault: false })
  })

  it('message says when there is no such channel', async () => {
    await open()
    expect(await sentence(use('message', { channel: 'Telegram', to: '1', text: 'hi' }))).toBe(
      'error: There is no channel named telegram that can send.',
    )
  })

  it('message stays on the channel one is talked to, unless it may leave it', async () => {
    await open()
    const irc = { channel: 'irc' }
    expect(await sentence(use('message', { channel: 'IRC', to: '#a', text: 'hi' }, irc))).toMatch(
      /no channel named irc/,
    )
    expect(await sentence(use('message', { channel: 'slack', to: 'C1', text: 'hi' }, irc))).toMatch(
      /^error: From a conversation on irc nothing may be sent to slack/,
    )
    await stage.close()
    await open({ tools: { message: { crossContext: { allowAcrossProviders: true, allowWithinProvider: false } } } })
    expect(await sentence(use('message', { channel: 'slack', to: 'C1', text: 'hi' }, irc))).toMatch(/no channel named/)
    expect(await sentence(use('message', { channel: 'irc', to: '#a', text: 'hi' }, irc))).toMatch(/allowWithinProvider/)
  })

  it('message is not sent by an account whose agents may not write of their own accord', async () => {
    const quiet = { actions: { sendMessage: false } }
    await open({ channels: { telegram: { accounts: { default: {}, quiet } } } } as never)
    const send = (more: object) => sentence(use('message', { channel: 'Telegram', to: '1', text: 'hi', ...more }))
    expect(await send({ accountId: 'quiet' })).toBe(
      'error: Agents may not send messages there (channels.telegram.actions.sendMessage).',
    )
    expect(await send({})).toMatch(/no channel named telegram/)
  })

  it('message reaches several chats at once where it may, and says which it missed', async () => {
    const sent: unknown[] = []
    const deliver = async ({ to, text }: { to: string; text: string }) => {
      sent.push([to, text])
      return to === '#closed'
        ? { isDelivered: false as const, problem: 'Not a member.' }
        : { isDelivered: true as const, messageId: `m${to}` }
    }
    const bind: Module[] = [(bindings) => bindings.constant(tokens.deliver, deliver)]
    const all = { channel: 'irc', to: ['#a', '#closed', '#a', '#b'], text: 'hi' }
    await open({}, [], bind)
    expect(await details(use('message', all))).toEqual({
      status: 'partly sent',
      channel: 'irc',
      results: [
        { to: '#a', messageId: 'm#a' },
        { to: '#closed', problem: 'Not a member.' },
        { to: '#b', messageId: 'm#b' },
      ],
    })
    expect(sent).toEqual([
      ['#a', 'hi'],
      ['#closed', 'hi'],
      ['#b', 'hi'],
    ])
    await stage.close()
    await open({ tools: { message: { broadcast: { enabled: false } } } }, [], bind)
    expect(await sentence(use('message', all))).toMatch(/broadcast\.enabled/)
    expect(sent).toHaveLength(3)
    expect(await details(use('message', { ...all, to: ['#a'] }))).toEqual({
      status: 'sent',
      channel: 'irc',
      to: '#a',
      messageId: 'm#a',
    })
  })

  it('gateway changes the configuration no more often than clients may, and restarts only where that is allowed', async () => {
    await open({ commands: { restart: false } })
    const patch = (cap: number) => use('gateway', { action: 'config.patch', patch: { messages: { queue: { cap } } } })
    for (const cap of [1, 2, 3]) expect((await details(patch(cap))).changed).toEqual(['messages.queue.cap'])
    expect(await sentence(patch(4))).toMatch(
      /^error: config.patch failed: .* 3 times within a minute; try again in 60 s/,
    )
    const bad = use('gateway', { action: 'config.patch', patch: { messages: { queue: { cap: 'x' } } } })
    expect(await sentence(bad)).toMatch(/3 times within a minute/)
    await stage.clock.advance(60_000)
    const worse = use('gateway', { action: 'config.patch', patch: { messages: { queue: { cap: 'x' } } } })
    expect(await sentence(worse)).toMatch(/^error: config.patch failed: .*messages\.queue\.cap: /)
    expect(await sentence(use('gateway', { action: 'restart' }))).toMatch(/switched off \(commands.restart\)/)
  })

  it('gateway shows and changes the configuration, and says what it cannot do', async () => {
    await open({ agents: { defaults: { timeoutSeconds: 60 } } })
    const before = await details(use('gateway', { action: 'config.get', path: 'agents.defaults.timeoutSeconds' }))
    expect(before).toMatchObject({ value: 60 })
    const patch = { agents: { defaults: { timeoutSeconds: 90 } } }
    expect(await details(use('gateway', { action: 'config.patch', patch }))).toMatchObject({
      changed: ['agents.defaults.timeoutSeconds'],
    })
    expect(stage.record).toContainEqual(expect.objectContaining({ event: 'config-written', actor: 'agent main' }))
    const old = use('gateway', { action: 'config.patch', patch: {}, baseHash: before.hash })
    expect(await sentence(old)).toMatch(/^error: config.patch failed/)
    expect(await sentence(use('gateway', { action: 'config.get', path: 'no.such' }))).toMatch(/nothing at no.such/)
    expect(await sentence(use('gateway', { action: 'config.patch' }))).toMatch(/needs a patch/)
    expect(await sentence(use('gateway', { action: 'restart' }))).toMatch(/cannot restart itself/)
  })
})
