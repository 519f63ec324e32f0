import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LOST_RESULT, soundHistory } from '../../../src/domain/session/hygiene.js'
import { PROVIDER_KINDS, providerRules } from '../../../src/domain/session/hygiene-rules.js'
import type { ContentBlock, TranscriptMessage } from '../../../src/domain/session/transcript.js'
import { damagedConversation, ERROR_MARK } from './interrupted-runs.js'
import { refusalsOf } from './message-list-rules.js'

const text = (said: string): ContentBlock => ({ type: 'text', text: said })
const call = (id: string, name = 'look'): ContentBlock => ({ type: 'toolCall', id, name, arguments: { id } })
const user = (...content: ContentBlock[]): TranscriptMessage => ({ role: 'user', content, timestamp: 1 })
const assistant = (...content: ContentBlock[]): TranscriptMessage => ({ role: 'assistant', content, timestamp: 2 })
const result = (toolCallId: string, said: string): TranscriptMessage => ({
  role: 'toolResult',
  toolCallId,
  toolName: 'look',
  content: [text(said)],
  isError: false,
  timestamp: 3,
})
const picture: ContentBlock = { type: 'image', mimeType: 'image/png', data: 'AAAA' }

const anthropic = providerRules('anthropic-messages', true)
const rolesOf = (messages: readonly TranscriptMessage[]) => messages.map(({ role }) => role)

describe('soundHistory', () => {
  it('leaves a sound conversation as it is', () => {
    const history = [
      user(text('a')),
      assistant(text('b'), call('1')),
      result('1', 'r'),
      assistant(text('c')),
      user(text('d')),
    ]
    expect(soundHistory(history, anthropic)).toEqual(history)
    expect(soundHistory([], anthropic)).toEqual([])
  })

  it('answers calls whose results were lost, in the order of the calls', () => {
    const sound = soundHistory([user(text('a')), assistant(call('1'), call('2')), result('2', 'two')], anthropic)
    expect(sound.slice(2)).toEqual([
      {
        role: 'toolResult',
        toolCallId: '1',
        toolName: 'look',
        content: [text(LOST_RESULT)],
        isError: true,
        timestamp: 2,
      },
      result('2', 'two'),
    ])
  })

  it('gives a result to the last call of its id, not to one that was interrupted long ago', () => {
    const sound = soundHistory(
      [user(text('a')), assistant(call('call_0')), user(text('b')), assistant(call('call_0')), result('call_0', 'new')],
      anthropic,
    )
    const results = sound.filter((message) => message.role === 'toolResult')
    expect(results).toMatchObject([
      { toolCallId: 'call_0', content: [text(LOST_RESULT)], isError: true },
      { toolCallId: 'call_0_2', content: [text('new')], isError: false },
    ])
  })

  it('drops results that nobody asked for and those that come twice', () => {
    const sound = soundHistory(
      [result('9', 'early'), user(text('a')), assistant(call('1')), result('1', 'one'), result('1', 'again')],
      anthropic,
    )
    expect(JSON.stringify(sound)).not.toMatch(/early|again/)
    expect(rolesOf(sound)).toEqual(['user', 'assistant', 'toolResult'])
  })

  it('begins with the user and ends with something to answer', () => {
    expect(rolesOf(soundHistory([assistant(text('hello'))], anthropic))).toEqual(['user', 'assistant', 'user'])
  })

  it('never sends what went wrong, and drops answers that said nothing', () => {
    const failed: TranscriptMessage = {
      role: 'assistant',
      content: [],
      timestamp: 2,
      stopReason: 'error',
      errorMessage: ERROR_MARK,
    }
    const half: TranscriptMessage = { ...failed, content: [text('half')] }
    const sound = soundHistory([user(text('a')), failed, user(text('b')), half, user(text('c'))], anthropic)
    expect(sound.map(({ content }) => content)).toEqual([[text('a'), text('b')], [text('half')], [text('c')]])
    expect(JSON.stringify(sound)).not.toContain(ERROR_MARK)
  })

  it('shows pictures only where they are taken', () => {
    const history = [user(text('a'), picture), assistant(call('1')), { ...result('1', 'r'), content: [picture] }]
    const shown = (kind: (typeof PROVIDER_KINDS)[number], images = true) =>
      soundHistory(history as TranscriptMessage[], providerRules(kind, images)).map(
        ({ content }) => content.at(-1)?.type,
      )
    expect(shown('anthropic-messages')).toEqual(['image', 'toolCall', 'image'])
    expect(shown('openai-completions')).toEqual(['image', 'toolCall', 'text'])
    expect(shown('anthropic-messages', false)).toEqual(['text', 'toolCall', 'text'])
    expect(shown('plain')).toEqual(['text'])
  })

  it('is valid for every provider after a crash behind any step of a run', () => {
    const run = [
      user(text('first')),
      assistant(text('on it'), call('a'), call('b', 'read')),
      result('b', 'second call is faster'),
      result('a', 'done'),
      user(text('and hurry')),
      assistant(call('a')),
      result('a', 'again'),
      assistant(text('finished')),
    ]
    for (const kind of PROVIDER_KINDS) {
      for (let kept = 0; kept <= run.length; kept++) {
        for (const later of [[], [user(text('go on'))]]) {
          const sound = soundHistory([...run.slice(0, kept), ...later], providerRules(kind, true))
          expect(refusalsOf(sound, kind, true), `${kind} after ${kept} entries`).toEqual([])
        }
      }
    }
  })
})

describe('any conversation that was interrupted', () => {
  const inEachWay = (
    check: (messages: readonly TranscriptMessage[], kind: (typeof PROVIDER_KINDS)[number], images: boolean) => void,
  ) =>
    fc.assert(fc.property(damagedConversation, fc.constantFrom(...PROVIDER_KINDS), fc.boolean(), check), {
      numRuns: 1_500,
    })

  it('becomes a list that the provider accepts', () =>
    inEachWay((messages, kind, images) => {
      expect(refusalsOf(soundHistory(messages, providerRules(kind, images)), kind, images)).toEqual([])
    }))

  it('stays as it is when it is made sound again', () =>
    inEachWay((messages, kind, images) => {
      const rules = providerRules(kind, images)
      const sound = soundHistory(messages, rules)
      expect(soundHistory(sound, rules)).toEqual(sound)
    }))

  it('loses nothing that the user or the assistant said, and nothing of its order', () =>
    inEachWay((messages, kind, images) => {
      const sound = soundHistory(messages, providerRules(kind, images))
      const live = messages.slice(messages.findLastIndex(({ role }) => role === 'system') + 1)
      for (const role of ['user', 'assistant'] as const) {
        const kept = saidBy(sound, role)
        let at = -1
        for (const said of saidBy(live, role)) {
          at = kept.indexOf(said, at + 1)
          expect(at, `${role} said ${JSON.stringify(said)}`).toBeGreaterThanOrEqual(0)
        }
      }
      expect(JSON.stringify(sound)).not.toContain(ERROR_MARK)
    }))

  it('is left alone itself', () =>
    inEachWay((messages, kind, images) => {
      const before = JSON.stringify(messages)
      soundHistory(messages, providerRules(kind, images))
      expect(JSON.stringify(messages)).toBe(before)
    }))
})

function saidBy(messages: readonly TranscriptMessage[], role: TranscriptMessage['role']): readonly string[] {
  return messages
    .filter((message) => message.role === role)
    .flatMap(({ content }) => content.flatMap((block) => (block.type === 'text' ? [block.text.toWellFormed()] : [])))
    .filter((said) => said.trim() !== '')
}
