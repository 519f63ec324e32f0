import { afterEach, describe, expect, it } from 'vitest'
import type { CommandParts } from '../../../src/application/commands/command-order.js'
import type { ApprovalQuestion } from '../../../src/application/exec/pending-approvals.js'
import { RunnerFailure } from '../../../src/application/ports/agent-runner.js'
import { tokens } from '../../../src/bootstrap/index.js'
import { CHAT_COMMANDS } from '../../../src/domain/commands/chat-command.js'
import { sampleUsage } from '../../contracts/session-store/samples.js'
import type { GatewayStage } from '../../doubles/gateway-stage.js'
import { commandStage } from './command-stage.js'

const KEY = 'agent:main:main'

describe('a command', () => {
  let stage: GatewayStage
  let say: (text: string, sender?: object, more?: object) => Promise<any>

  async function open(changed: Partial<CommandParts> = {}, config: object = {}): Promise<void> {
    const opened = await commandStage(changed, { config })
    stage = opened.stage
    say = (text, sender = {}, more = {}) =>
      opened.commands.handle({
        text,
        sessionKey: KEY,
        agentId: 'main',
        sender: { isAuthorised: true, isOwner: true, id: 'ann', ...sender },
        ...more,
      })
  }

  afterEach(() => stage.close())

  const answer = async (text: string, sender: object = {}) => (await say(text, sender)).text
  const session = () => stage.store.session(KEY)

  it('is a message that is one; everything else is for the agent', async () => {
    await open()
    for (const text of ['hello', '/etc/hosts', '/unknown', '/think about it', '/configure']) {
      expect(await say(text)).toEqual({ kind: 'not-a-command' })
    }
    expect(await session()).toBeNull()
  })

  it('is for the agent where commands in texts are switched off', async () => {
    await open({}, { commands: { text: false } })
    expect(await say('/status')).toEqual({ kind: 'not-a-command' })
  })

  it('of somebody without leave does nothing and says so', async () => {
    await open()
    for (const { name } of CHAT_COMMANDS) {
      expect(await answer(`/${name}`, { isAuthorised: false })).toBe('You may not give commands here.')
    }
    expect(await session()).toBeNull()
  })

  it('/help and /commands show every command, and one of them', async () => {
    await open()
    const [all, list] = [await answer('/help'), await answer('/commands')]
    for (const { name, about } of CHAT_COMMANDS) {
      for (const text of [all, list]) {
        expect(text).toContain(`/${name} `)
        expect(text).toContain(about)
      }
    }
    expect(await answer('/help t')).toMatch(/^\/think .*\nAlso: \/t, \/thinking$/)
    expect(await answer('/help /restart')).toContain('Only for the owner')
    expect(await answer('/help nonsense')).toBe('There is no command /nonsense. Try /help.')
  })

  it('/status and /whoami say where one is', async () => {
    await open()
    await say('/think low')
    const text = await answer('/status')
    for (const part of [`Session: ${KEY}`, 'Model: ', 'Think: low', 'Queue: collect', 'running: 0']) {
      expect(text).toContain(part)
    }
    expect(await answer('/whoami', { channel: 'irc', isOwner: false })).toBe(
      `You: ann\nChannel: irc\nOwner: no\nSession: ${KEY}`,
    )
  })

  it('/model and /models show, choose, refuse and give back', async () => {
    await open()
    expect(await answer('/models')).toBe('acme/small\nacme/large')
    expect(await answer('/model list')).toBe('acme/small\nacme/large')
    expect(await answer('/model ACME/Large')).toBe('Model: acme/large')
    expect(await session()).toMatchObject({ providerOverride: 'acme', modelOverride: 'large' })
    expect(await answer('/model')).toContain('Model: acme/large, chosen for this session')
    expect(await answer('/model acme/larg')).toBe(
      'model not allowed: acme/larg (did you mean acme/large?). /models shows what can be chosen.',
    )
    await say('/model default')
    expect(await session()).not.toHaveProperty('modelOverride')
  })

  it('/think knows its words, and what the model can', async () => {
    await open()
    expect(await answer('/t: HIGH')).toBe('Think: high')
    expect((await session())?.thinkingLevel).toBe('high')
    expect(await answer('/think')).toBe('Think: high')
    await say('/model acme/small')
    expect(await answer('/think xhigh')).toBe('invalid thinkingLevel (use off|minimal|low|medium|high)')
    expect(await answer('/think nonsense')).toContain('invalid thinkingLevel')
    expect((await session())?.thinkingLevel).toBe('high')
    await say('/think default')
    expect(await session()).not.toHaveProperty('thinkingLevel')
  })

  it.each([
    ['/verbose', 'full', 'verboseLevel', 'full', 'Verbose: full'],
    ['/reasoning', 'stream', 'reasoningLevel', 'stream', 'Reasoning: stream'],
    ['/elevated', 'ask', 'elevatedLevel', 'ask', 'Elevated: ask'],
    ['/usage', 'tokens', 'responseUsage', 'tokens', 'Usage in answers: tokens'],
    ['/send', 'off', 'sendPolicy', 'deny', 'Send: deny'],
  ])('%s %s sets %s, and only with a word that it has', async (command, word, field, stored, told) => {
    await open()
    await say(command)
    expect(await session()).toBeNull()
    expect(await answer(`${command} ${word}`)).toBe(told)
    expect(await session()).toMatchObject({ [field]: stored })
    expect(await answer(`${command} nonsense`)).toContain('no such word (use')
    expect(await session()).toMatchObject({ [field]: stored })
    await say(`${command} inherit`)
    expect(await session()).not.toHaveProperty(field)
  })

  it('/elevated is for those who may: the listed ones of a channel, owners elsewhere', async () => {
    const elevated = { allowFrom: { irc: ['bob'], slack: ['*'] } }
    const refusal = 'You may not run commands with elevated rights here (tools.elevated).'
    await open({}, { tools: { elevated } })
    expect(await answer('/elevated full', { channel: 'irc' })).toBe(refusal)
    expect(await answer('/elevated full', { channel: 'other' })).toBe(refusal)
    expect(await answer('/elevated full', { isOwner: false })).toBe(refusal)
    expect(await session()).toBeNull()
    expect(await answer('/elevated full', { channel: 'irc', id: 'bob', isOwner: false })).toBe('Elevated: full')
    expect(await answer('/elevated on', { channel: 'slack', isOwner: false })).toBe('Elevated: on')
  })

  it('/queue shows and changes how messages wait', async () => {
    await open()
    expect(await answer('/queue')).toBe('Queue: collect · debounce: 1000 ms · cap: 20 · drop: summarize')
    expect(await answer('/queue steer+backlog debounce:2s cap:25 drop:OLD')).toBe(
      'Queue: steer-backlog · debounce: 2000 ms · cap: 25 · drop: old',
    )
    expect(await session()).toMatchObject({ queueMode: 'steer-backlog', queueDebounceMs: 2000, queueCap: 25 })
    for (const wrong of ['nonsense', 'cap:0', 'cap:x', 'cap:1001', 'debounce:soon', 'debounce:2h', 'drop:all', 'x:1']) {
      expect(await answer(`/queue interrupt ${wrong}`)).toMatch(/^Queue: (no such|cap is|debounce is)/)
    }
    expect((await session())?.queueMode).toBe('steer-backlog')
    expect(await answer('/queue default')).toBe('Queue: collect · debounce: 1000 ms · cap: 20 · drop: summarize')
  })

  it('/new and /reset put the conversation aside, keep settings, and take a model and a message', async () => {
    await open()
    await say('/think low')
    const before = await session()
    expect(await say('/new')).toEqual({ kind: 'reply', text: 'A new conversation has begun.' })
    const after = await session()
    expect(after?.sessionId).not.toBe(before?.sessionId)
    expect(after?.thinkingLevel).toBe('low')
    expect(await say('/reset hello\nthere')).toEqual({ kind: 'continue', text: 'hello\nthere' })
    expect(await say('/new large hi')).toEqual({
      kind: 'continue',
      text: 'hi',
      model: { provider: 'acme', model: 'large' },
    })
    expect(await session()).toMatchObject({ providerOverride: 'acme', modelOverride: 'large' })
    expect(await say('/new acme/small')).toMatchObject({ text: 'A new conversation has begun with acme/small.' })
    expect(await say('/new', {}, { greeting: 'Greet.' })).toEqual({ kind: 'continue', text: 'Greet.' })
  })

  it('/compact has a summary written with what it should mind', async () => {
    const calls: unknown[] = []
    await open({
      compaction: {
        async compact(entry, _model, _signal, wish) {
          calls.push([entry.key, wish])
          if (calls.length === 2) throw new RunnerFailure('overloaded', 'too busy')
          return { compacted: calls.length === 1, tokensBefore: 100, tokensAfter: 10 }
        },
      },
    })
    expect(await answer('/compact keep the numbers')).toBe('Compacted: about 100 tokens became 10.')
    expect(calls).toEqual([[KEY, { onFailure: 'throw', instructions: 'keep the numbers' }]])
    expect(await answer('/compact')).toBe('The conversation could not be summarised: too busy')
    expect(await answer('/compact')).toBe('There is nothing to compact.')
  })

  it('/context and /usage count', async () => {
    await open()
    await say('/model acme/small')
    expect(await answer('/context')).toBe('Context: about 0 of 1000 tokens (0%) · 0 messages')
    const entry = (await session())!
    const changes = { totalTokens: 250, inputTokens: 200, outputTokens: 50 }
    await stage.store.commit([{ kind: 'session.update', key: KEY, changes, otherwise: entry }])
    expect(await answer('/context')).toBe('Context: 250 of 1000 tokens (25%) · 0 messages')
    const usage = (session: string, today: string) =>
      `Tokens of this session: 200 in, 50 out · cost: ${session} · today, all sessions: ${today} · shown in answers: off`
    expect(await answer('/usage')).toBe(usage('$0.00', '$0.00'))
    const now = stage.clock.now()
    const ours = { sessionKey: KEY, sessionId: entry.sessionId }
    const cost = { input: 0.01, output: 0.002, cacheRead: 0, cacheWrite: 0, total: 0.012 }
    const unknown = { ...ours, cost: null }
    await stage.store.commit([
      { kind: 'usage.add', record: sampleUsage(now, { ...ours, cost }) },
      { kind: 'usage.add', record: sampleUsage(now - 24 * 60 * 60 * 1000, { ...ours, cost }) },
      { kind: 'usage.add', record: sampleUsage(now, { sessionKey: 'agent:main:other' }) },
    ])
    expect(await answer('/usage')).toBe(usage('$0.0240', '$0.34'))
    await stage.store.commit([{ kind: 'usage.add', record: sampleUsage(now, unknown) }])
    expect(await answer('/usage')).toBe(usage('at least $0.0240', 'at least $0.34'))
  })

  it('/approve shows what waits, and lets owners answer', async () => {
    const answers: unknown[] = []
    const question = (id: string, command: string) => ({ id, request: { command } }) as ApprovalQuestion
    const list = [question('aaaa1111-x', 'rm x'), question('aaaa2222-x', 'ls')]
    const approvals = {
      list: () => list,
      resolve: async (...decided: unknown[]) => {
        answers.push(decided)
        if (answers.length > 1) throw new Error('unknown approval id')
      },
    }
    await open({ approvals })
    expect(await answer('/approve', { isOwner: false })).toBe('/approve is only for the owner of this gateway.')
    expect(await answer('/approve')).toBe('aaaa1111: rm x\naaaa2222: ls')
    expect(await answer('/approve aaaa1111')).toBe('Say allow-once, allow-always, deny behind the id.')
    for (const id of ['aaaa', 'a', 'bbbb1111']) {
      expect(await answer(`/approve ${id} deny`)).toBe(`No single command waits as ${id}; see /approve.`)
    }
    expect(answers).toEqual([])
    expect(await answer('/approve AAAA1 Allow-Once', { channel: 'irc' })).toBe('allow-once: rm x')
    expect(answers).toEqual([['aaaa1111-x', 'allow-once', { facts: { actor: 'irc ann' }, name: 'irc ann' }]])
    expect(await answer('/approve aaaa2222 deny')).toBe('Not decided: unknown approval id.')
    list.length = 0
    expect(await answer('/approve')).toBe('No command waits for an answer.')
  })

  it('/config shows, writes and removes, for owners where it is switched on', async () => {
    await open({}, { agents: { defaults: { timeoutSeconds: 60 } } })
    expect(await answer('/config', { isOwner: false })).toBe('/config is only for the owner of this gateway.')
    expect(await answer('/config show')).toBe('Switched off (commands.config).')
    await stage.close()
    const file = {
      commands: { config: true },
      gateway: { auth: { token: 'very-secret-token' } },
      channels: { irc: { enabled: false, host: 'irc.example', configWrites: false } },
    }
    await open({}, file)
    expect(await answer('/config')).toContain('"commands"')
    expect(await answer('/config')).not.toContain('very-secret-token')
    expect(await answer('/config get gateway.auth.token')).not.toContain('very-secret-token')
    expect(await answer('/config get messages.queue.mode')).toBe('messages.queue.mode: "collect"')
    expect(await answer('/config set messages.queue.mode=steer', { channel: 'irc' })).toBe(
      'This channel may not change the configuration (configWrites).',
    )
    expect(await answer('/config set messages.queue.mode = nonsense')).toMatch(
      /^Not written: the configuration would be invalid; messages\.queue\.mode: /,
    )
    expect(await answer('/config set messages.queue.mode=steer', { channel: 'slack' })).toBe(
      'messages.queue.mode was written.',
    )
    expect(stage.record).toContainEqual(
      expect.objectContaining({ event: 'config-written', actor: 'slack ann', subject: '/config' }),
    )
    expect(await answer('/config get messages.queue.mode')).toBe('messages.queue.mode: "steer"')
    expect(await answer('/config unset messages.queue.mode')).toBe('messages.queue.mode was written.')
    expect(await answer('/config get messages.queue.mode')).toBe('messages.queue.mode: "collect"')
    expect(await answer('/config set no.such 1')).toMatch(/^Not written: /)
    expect(await answer('/config set messages')).toBe('Name a key and a value.')
    expect(await answer('/config get [')).toMatch(/^Bad path \[: /)
    expect(await answer('/config whatever')).toBe('Try /config show, get, set or unset.')
  })

  it('/config writes no more often than clients may', async () => {
    await open({}, { commands: { config: true } })
    for (const cap of [1, 2, 3]) expect(await answer(`/config set messages.queue.cap ${cap}`)).toContain('was written')
    expect(await answer('/config set messages.queue.cap 4')).toBe(
      'the configuration was changed 3 times within a minute; try again in 60 s',
    )
    await stage.clock.advance(60_000)
    expect(await answer('/config set messages.queue.cap 4')).toContain('was written')
  })

  it('/debug overrides in memory what is merely looked up, and gives it back', async () => {
    await open()
    expect(await answer('/debug')).toBe('Switched off (commands.debug).')
    await stage.close()
    await open({}, { commands: { debug: true }, messages: { queue: { cap: 7 } } })
    const live = stage.gateway.get(tokens.live)
    expect(await answer('/debug show')).toBe('Nothing is overridden.')
    expect(await answer('/debug set messages.queue.cap 3')).toBe(
      'messages.queue.cap is overridden until the configuration changes or the gateway restarts.',
    )
    expect(await answer('/debug set messages.queue.mode steer')).toContain('is overridden')
    expect(live.config.messages.queue).toMatchObject({ cap: 3, mode: 'steer' })
    expect(live.current.config.messages.queue).toMatchObject({ cap: 7, mode: 'collect' })
    expect(await answer('/debug')).toBe('messages.queue.cap: 3\nmessages.queue.mode: "steer"')
    expect(await answer('/debug unset messages.queue.cap')).toBe('messages.queue.cap is as configured.')
    expect(live.config.messages.queue).toMatchObject({ cap: 7, mode: 'steer' })
    expect(await answer('/debug set messages.queue.cap none')).toMatch(/^Not taken: /)
    expect(await answer('/debug set gateway.port 1')).toContain('cannot be changed in memory alone')
    expect(await answer('/debug set agents.defaults.model acme/small')).toContain('cannot be changed in memory alone')
    expect(await answer('/debug set messages.queue {}')).toContain('one value of it at a time')
    expect(await answer('/debug reset')).toBe('Everything is as configured.')
    expect(live.config).toBe(live.current.config)
    await answer('/debug set messages.queue.cap 3')
    live.replace(live.current)
    expect(live.config.messages.queue.cap).toBe(7)
    expect(await answer('/debug')).toBe('Nothing is overridden.')
  })

  it('/restart is for owners, where it is allowed and possible', async () => {
    const delays: number[] = []
    const restartNow = async (delayMs: number) => {
      delays.push(delayMs)
      return delays.length > 1 ? null : { delayMs, cooldownMsApplied: 0, coalesced: false }
    }
    await open({ reload: () => ({ restartNow }) })
    expect(await answer('/restart', { isOwner: false })).toBe('/restart is only for the owner of this gateway.')
    expect(delays).toEqual([])
    expect(await answer('/restart')).toBe('The gateway restarts in 2 s.')
    expect(await answer('/restart')).toContain('could not start with its configuration')
    await stage.close()
    await open({ reload: () => ({ restartNow }) }, { commands: { restart: false } })
    expect(await answer('/restart')).toContain('commands.restart')
    expect(delays).toHaveLength(2)
  })
})
