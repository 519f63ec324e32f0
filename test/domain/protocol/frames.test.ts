import { describe, expect, it } from 'vitest'
import { RunnerFailure } from '../../../src/application/ports/agent-runner.js'
import {
  errorResponse,
  eventHead,
  okResponse,
  sequencedEvent,
  targetedEvent,
} from '../../../src/domain/protocol/frames.js'
import { RawJson } from '../../../src/domain/protocol/raw-json.js'
import { errorShape, invalidRequest, Refusal, unavailable } from '../../../src/domain/protocol/refusal.js'
import { problemsOfFrame } from '../../doubles/frame-shapes.js'

describe('frames', () => {
  it.each([
    ['a response', okResponse('a', { x: 1 }), { type: 'res', id: 'a', ok: true, payload: { x: 1 } }],
    ['a response without payload', okResponse('a', undefined), { type: 'res', id: 'a', ok: true }],
    ['a response that says null', okResponse('a', null), { type: 'res', id: 'a', ok: true, payload: null }],
    [
      'a response written before',
      okResponse('"', new RawJson('[1]')),
      { type: 'res', id: '"', ok: true, payload: [1] },
    ],
    [
      'an error with a payload',
      errorResponse('a', { code: 'UNAVAILABLE', message: 'm' }, { y: 2 }),
      { type: 'res', id: 'a', ok: false, payload: { y: 2 }, error: { code: 'UNAVAILABLE', message: 'm' } },
    ],
    [
      'an error for a number',
      errorResponse(7, { code: 'INVALID_REQUEST', message: 'm' }),
      { type: 'res', id: 7, ok: false, error: { code: 'INVALID_REQUEST', message: 'm' } },
    ],
    ['an event for one', targetedEvent('tick', { ts: 1 }), { type: 'event', event: 'tick', payload: { ts: 1 } }],
    [
      'an event for all',
      sequencedEvent(eventHead('health', {}, { presence: 1, health: 2 }), 3),
      { type: 'event', event: 'health', payload: {}, stateVersion: { presence: 1, health: 2 }, seq: 3 },
    ],
  ])('%s has exactly the keys of the protocol', (_, text, frame) => {
    expect(JSON.parse(text)).toEqual(frame)
    expect(problemsOfFrame(text)).toEqual([])
  })

  it('are refused by the validator of these tests when they are not sound', () => {
    const unsound = [
      '{"type":"res","id":"a","ok":true,"error":null}',
      '{"type":"res","id":"a","ok":false}',
      '{"type":"res","id":"","ok":true}',
      '{"type":"event","event":"x","seq":null}',
      '{"type":"event","event":"x","extra":1}',
      '{"type":"event","event":"health","stateVersion":{"presence":1}}',
      '{"type":"res","id":"a","ok":false,"error":{"code":"UNAVAILABLE","message":""}}',
    ]
    expect(unsound.filter((text) => problemsOfFrame(text).length === 0)).toEqual([])
  })
})

describe('errorShape', () => {
  it('leaves out what is not there', () => {
    expect(errorShape(invalidRequest('no'))).toEqual({ code: 'INVALID_REQUEST', message: 'no' })
    expect(errorShape(new Refusal('NOT_PAIRED', 'no', { details: { a: 1 } }))).toEqual({
      code: 'NOT_PAIRED',
      message: 'no',
      details: { a: 1 },
    })
    expect(errorShape(unavailable('later', { retryable: true, retryAfterMs: 5 }))).toEqual({
      code: 'UNAVAILABLE',
      message: 'later',
      retryable: true,
      retryAfterMs: 5,
    })
  })

  it('tells failures of adapters as unavailable, with their advice', () => {
    expect(errorShape(new RunnerFailure('rate-limit', 'slow down', { retryAfterMs: 9 }))).toEqual({
      code: 'UNAVAILABLE',
      message: 'slow down',
      retryable: true,
      retryAfterMs: 9,
    })
  })
})
