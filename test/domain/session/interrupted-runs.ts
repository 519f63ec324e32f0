import fc from 'fast-check'
import type { ContentBlock, TranscriptMessage } from '../../../src/domain/session/transcript.js'

/** Stands in every error message; nothing that is sent may hold it. */
export const ERROR_MARK = 'stack trace of the last failure'

const CALL_IDS = ['call_0', 'call_1', 'toolu_01', 'fc/1:2', '', 'x'.repeat(70), `${'y'.repeat(63)}é`]
const TOOL_NAMES = ['look', 'read', '2nd', 'weird name!', '', 'n'.repeat(80)]

type Commit = readonly TranscriptMessage[]

/** An answer that was cut off may end in half a character. */
const words = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  fc.constantFrom('half \ud83d', '\udd80 half', ' \n'),
)
const text = words.map((said): ContentBlock => ({ type: 'text', text: said }))
const picture: fc.Arbitrary<ContentBlock> = fc
  .tuple(fc.constantFrom('image/png', 'application/pdf'), fc.constantFrom('', 'AAAA'))
  .map(([mimeType, data]) => ({ type: 'image', mimeType, data }))
const thought = words.map((thinking): ContentBlock => ({ type: 'thinking', thinking }))
const call: fc.Arbitrary<ContentBlock> = fc
  .tuple(
    fc.constantFrom(...CALL_IDS),
    fc.constantFrom(...TOOL_NAMES),
    fc.oneof(fc.object(), fc.constantFrom('{"half":', null, undefined, [1])),
  )
  .map(([id, name, args]) => ({ type: 'toolCall', id, name, arguments: args }))

const question: fc.Arbitrary<Commit> = fc
  .array(fc.oneof({ weight: 4, arbitrary: text }, picture), { maxLength: 3 })
  .map((content) => [{ role: 'user', content, timestamp: 1 }])

/** An answer that asks for tools is one commit, what they return the next. */
const step: fc.Arbitrary<readonly Commit[]> = fc
  .record({
    said: fc.array(fc.oneof(text, thought), { maxLength: 3 }),
    calls: fc.array(call, { minLength: 1, maxLength: 3 }),
    results: fc.array(fc.tuple(fc.array(fc.oneof(text, picture), { maxLength: 2 }), fc.boolean()), {
      minLength: 3,
      maxLength: 3,
    }),
    order: fc.shuffledSubarray([0, 1, 2], { minLength: 3, maxLength: 3 }),
  })
  .map(({ said, calls, results, order }) => [
    [{ role: 'assistant', content: [...said, ...calls], timestamp: 2, stopReason: 'toolUse' }],
    order.flatMap((at): TranscriptMessage[] => {
      const asked = calls[at]
      const [content, isError] = results[at] ?? [[], true]
      if (asked?.type !== 'toolCall') return []
      return [{ role: 'toolResult', toolCallId: asked.id, toolName: asked.name, content, isError, timestamp: 3 }]
    }),
  ])

const ending: fc.Arbitrary<Commit> = fc.oneof(
  fc
    .array(fc.oneof(text, thought, picture), { maxLength: 3 })
    .map((content): Commit => [{ role: 'assistant', content, timestamp: 4, stopReason: 'stop' }]),
  fc.tuple(fc.array(fc.oneof(text, call), { maxLength: 2 }), fc.constantFrom('error', 'aborted')).map(
    ([content, stopReason]): Commit => [
      {
        role: 'assistant',
        content,
        timestamp: 4,
        stopReason: stopReason as 'error' | 'aborted',
        ...(stopReason === 'error' ? { errorMessage: ERROR_MARK } : {}),
      },
    ],
  ),
)

const run: fc.Arbitrary<readonly Commit[]> = fc
  .tuple(question, fc.array(step, { maxLength: 3 }), ending)
  .map(([asked, steps, last]) => [asked, ...steps.flat(), last])

const compaction: fc.Arbitrary<readonly Commit[]> = fc
  .array(text, { maxLength: 2 })
  .map((content) => [[{ role: 'system', kind: 'compaction', content, timestamp: 5 }]])

/** Of each run only its first commits may be there, as after a crash. */
const interrupted: fc.Arbitrary<readonly TranscriptMessage[]> = fc
  .tuple(fc.oneof({ weight: 8, arbitrary: run }, { weight: 1, arbitrary: compaction }), fc.nat({ max: 12 }))
  .map(([commits, kept]) => commits.slice(0, 1 + kept).flat())

/** What else may happen to single entries. */
type Damage = readonly ['drop' | 'double' | 'swap', number]

const damages: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.tuple(fc.constantFrom('drop' as const, 'double' as const, 'swap' as const), fc.nat({ max: 60 })),
  { maxLength: 4 },
)

/** Conversations with tools, cut off anywhere, with entries lost, doubled and out of order. */
export const damagedConversation: fc.Arbitrary<readonly TranscriptMessage[]> = fc
  .tuple(fc.array(interrupted, { maxLength: 4 }), damages)
  .map(([runs, harm]) => harm.reduce(damaged, runs.flat()))

function damaged(messages: TranscriptMessage[], [kind, at]: Damage): TranscriptMessage[] {
  const one = messages[at]
  const next = messages[at + 1]
  if (one === undefined) return messages
  if (kind === 'drop') return messages.toSpliced(at, 1)
  if (kind === 'double') return messages.toSpliced(at, 0, one)
  return next === undefined ? messages : messages.toSpliced(at, 2, next, one)
}
