import fc from 'fast-check'
import { accumulateResponse } from 'openai/lib/responses/ResponseAccumulator'
import { describe, expect, it } from 'vitest'
import { ResponseIds, responseOfItem } from '../../../src/domain/openai/response-ids.js'
import { type ResponseEvent, ResponseNarration } from '../../../src/domain/openai/response-narration.js'
import { type ResponseObject, responseHead } from '../../../src/domain/openai/response-object.js'

type Snapshot = ReturnType<typeof accumulateResponse>

const IDS = new ResponseIds('01234567-89ab-4def-8123-456789abcdef')
const HEAD = responseHead({ model: 'mayros', input: 'x' }, IDS.response, 1_999, true)

const piece = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), delta: fc.string({ minLength: 1 }) }),
  fc.record({ kind: fc.constant('thinking' as const), delta: fc.string({ minLength: 1 }) }),
  fc.record({ kind: fc.constant('stepped' as const) }),
)
const call = fc.record({ id: fc.uuid(), name: fc.string(), arguments: fc.json() })
const stopReason = fc.constantFrom('stop' as const, 'length' as const)

function narrate(
  pieces: readonly (typeof piece extends fc.Arbitrary<infer Piece> ? Piece : never)[],
  isThinkingTold: boolean,
) {
  const events: ResponseEvent[] = []
  const narration = new ResponseNarration(HEAD, IDS, { isThinkingTold, emit: (event) => events.push(event) })
  narration.begin()
  for (const one of pieces) {
    if (one.kind === 'stepped') narration.stepped()
    else narration[one.kind](one.delta)
  }
  return { events, narration }
}

function accumulated(events: readonly ResponseEvent[]): Snapshot {
  let snapshot: Snapshot | undefined
  for (const event of events) snapshot = accumulateResponse(event as never, snapshot as never)
  return snapshot as Snapshot
}

function requireOrder(events: readonly ResponseEvent[]) {
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index))
  const open = new Set<unknown>()
  for (const event of events) {
    const index = event.output_index
    if (event.type === 'response.output_item.added') open.add(index)
    else if (index !== undefined) expect(open.has(index)).toBe(true)
    if (event.type === 'response.output_item.done') open.delete(index)
  }
  expect(open.size).toBe(0)
}

describe('an answer told in events', () => {
  it('is, gathered by the official client, what the last event says', () => {
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.array(call, { maxLength: 3 }),
        stopReason,
        fc.boolean(),
        (pieces, calls, stop, told) => {
          const { events, narration } = narrate(pieces, told)
          const said = pieces.map((one) => (one.kind === 'text' ? one.delta : '')).join('')
          const response = narration.finish({ text: said, calls, stopReason: stop, usage: null }, 3_999)
          const before = accumulated(events)
          narration.conclude(response)
          requireOrder(events)
          expect(before.output).toMatchObject(response.output)
          expect(events.at(-1)).toMatchObject({ type: `response.${response.status}`, response })
          expect(response.output.filter(({ type }) => type === 'function_call')).toHaveLength(calls.length)
          expect(new Set(response.output.map(({ id }) => id)).size).toBe(response.output.length)
          expect(response.output.map(({ id }) => responseOfItem(id))).toEqual(response.output.map(() => IDS.response))
          expect(response.status).toBe(stop === 'length' ? 'incomplete' : 'completed')
          requireText(response, pieces)
        },
      ),
    )
  })

  it('can fail at any moment', () => {
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), (pieces, told) => {
        const { events, narration } = narrate(pieces, told)
        const response = narration.fail('server_error', 'it broke')
        requireOrder(events)
        expect(events.slice(-2).map(({ type }) => type)).toEqual(['error', 'response.failed'])
        expect(response).toMatchObject({ status: 'failed', error: { code: 'server_error', message: 'it broke' } })
      }),
    )
  })

  it('is never without a message where nothing is asked for', () => {
    const { events, narration } = narrate([], true)
    const response = narration.finish({ text: '', calls: [], stopReason: 'stop', usage: null }, 0)
    expect(response.output).toMatchObject([{ type: 'message', content: [{ type: 'output_text', text: '' }] }])
    requireOrder(events)
  })

  it('tells at the end what had not been told', () => {
    const { narration } = narrate([{ kind: 'text', delta: 'Hel' }], false)
    const response = narration.finish({ text: 'Hello', calls: [], stopReason: 'stop', usage: null }, 0)
    expect(response.output).toMatchObject([{ content: [{ text: 'Hello' }] }])
  })

  it('knows only items of its own kind', () => {
    for (const id of ['', 'msg_', 'msg_1', 'resp_1_0', 'msg_a-b_0', 'xx_1_0']) expect(responseOfItem(id)).toBeNull()
  })
})

function requireText(response: ResponseObject, pieces: readonly { kind: string; delta?: string }[]): void {
  const text = response.output.flatMap((item) => (item.type === 'message' ? item.content.map((part) => part.text) : []))
  const words = pieces.flatMap(({ kind, delta }) => (kind === 'text' ? [delta ?? ''] : []))
  expect(text.join('').replaceAll('\n\n', '')).toBe(words.join('').replaceAll('\n\n', ''))
}
