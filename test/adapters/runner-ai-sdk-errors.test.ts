import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AiSdkRunner } from '../../src/adapters/runner-ai-sdk/ai-sdk-runner.js'
import { providerTable } from '../../src/adapters/runner-ai-sdk/provider-table.js'
import { RunnerFailure } from '../../src/application/ports/agent-runner.js'
import { CountedClock } from '../doubles/counted-clock.js'
import type { Dialect } from '../doubles/model-dialects.js'
import { type ModelAnswer, ModelServer } from '../doubles/model-server.js'
import { DIALECTS, endOf, requestTo, tableFor, textOf } from './runner-ai-sdk/fixture.js'

const KEY = 'secret-key-123456'

let server: ModelServer
let clock: CountedClock

beforeEach(async () => {
  server = await ModelServer.start()
  clock = new CountedClock()
})

afterEach(() => server.stop())

describe.each(DIALECTS)('errors over %s', (dialect: Dialect) => {
  it.each([
    ['a bad key', 401, { error: { message: `Incorrect key: ${KEY}` } }, 'auth', /set .*_API_KEY or models\.providers/],
    ['a forbidden model', 403, { error: { message: 'not for you' } }, 'auth', /apiKey/],
    ['an empty account', 402, { error: { message: 'pay' } }, 'billing', /credit/],
    [
      'a used up quota',
      429,
      { error: { message: 'You exceeded your quota', code: 'insufficient_quota' } },
      'billing',
      /credit/,
    ],
    ['an unknown model', 404, { error: { message: 'no model-1 here' } }, 'unknown-model', /agents\.defaults\.model/],
    ['a rate limit', 429, { error: { message: 'slow down' } }, 'rate-limit', /try again/],
    [
      'an overloaded provider',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      'overloaded',
      /try again/,
    ],
    [
      'an unavailable provider',
      503,
      '<html><body>Service Unavailable</body></html>',
      'overloaded',
      /Service Unavailable/,
    ],
    ['a broken provider', 500, { error: { message: 'oops' } }, 'provider', /oops/],
    ['a gateway timeout', 504, '', 'timeout', /too long/],
    [
      'too long a prompt',
      400,
      { error: { message: 'maximum context length is 8192 tokens', code: 'context_length_exceeded' } },
      'context-overflow',
      /compact or reset/,
    ],
    ['a bad request', 400, { error: { message: 'messages.0 is odd' } }, 'format', /messages\.0 is odd/],
  ] as const)('%s (HTTP %i) is told', async (_, status, body, code, words) => {
    const failure = await failureOf(dialect, { kind: 'error', status, body })
    expect(failure.message).toMatch(words)
    expect(failure).toMatchObject({ code })
    expect(failure.message).toContain(`${dialect}/model-1`)
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['milliseconds', { 'retry-after-ms': '250' }, 250],
    ['a date gone by', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
  ])('a rate limit says how long to wait, given %s', async (_, headers, retryAfterMs) => {
    const failure = await failureOf(dialect, {
      kind: 'error',
      status: 429,
      headers,
      body: { error: { message: 'slow down' } },
    })
    expect(failure).toMatchObject({ code: 'rate-limit', retryAfterMs, retryable: true })
  })

  it('a rate limit says how long to wait, given a date', async () => {
    const headers = { 'retry-after': new Date(Date.now() + 90_000).toUTCString() }
    const failure = await failureOf(dialect, {
      kind: 'error',
      status: 429,
      headers,
      body: { error: { message: 'slow down' } },
    })
    expect(failure.retryAfterMs).toBeGreaterThan(30_000)
    expect(failure.retryAfterMs).toBeLessThanOrEqual(90_000)
  })

  it('keys and headers never show', async () => {
    const body = { error: { message: `key ${KEY} and tenant-header-secret are wrong` } }
    const failure = await failureOf(dialect, { kind: 'error', status: 401, body })
    expect(failure.message).toContain('key *** and *** are wrong')
    expect(JSON.stringify([failure, failure.cause, failure.stack])).not.toMatch(/secret-key|tenant-header/)
  })

  it('a connection that is cut before the answer is told', async () => {
    expect(await failureOf(dialect, { kind: 'drop' })).toMatchObject({ code: 'connection', retryable: true })
    expect(server.requests).toHaveLength(1)
  })

  it('a connection that is cut in the middle of the answer is told after what was said', async () => {
    server.answer = () => ({ kind: 'speech', text: ['half ', 'an '], after: 'drop', delayMs: 5 })
    const { parts, error } = await endOf(new AiSdkRunner(tableFor(server.url), clock), requestTo(dialect))
    expect(textOf(parts)).toBe('half an ')
    expect(error).toMatchObject({ code: 'connection' })
  })

  it('an answer that stops without a finish is told', async () => {
    server.answer = () => ({ kind: 'speech', text: ['half ', 'an '], after: 'end' })
    const { parts, error } = await endOf(new AiSdkRunner(tableFor(server.url), clock), requestTo(dialect))
    expect(textOf(parts)).toBe('half an ')
    expect(error).toMatchObject({ code: 'connection' })
  })

  it('an answer that a filter kept back is told', async () => {
    expect(await failureOf(dialect, { kind: 'speech', finish: 'filtered' })).toMatchObject({ code: 'provider' })
  })

  it('a page instead of a stream is told', async () => {
    const failure = await failureOf(dialect, {
      kind: 'raw',
      pieces: ['<html>welcome</html>'],
      headers: { 'content-type': 'text/html' },
    })
    expect(['connection', 'provider']).toContain(failure.code)
  })

  it('nobody at the address is told', async () => {
    const url = server.url
    await server.stop()
    const { error } = await endOf(new AiSdkRunner(tableFor(url), clock), requestTo(dialect))
    expect(error).toMatchObject({ code: 'connection', message: expect.stringContaining('ECONNREFUSED') })
    expect(error).toMatchObject({ message: expect.stringContaining(`models.providers.${dialect}.baseUrl`) })
    server = await ModelServer.start()
  })
})

describe('errors in the middle of a stream', () => {
  it.each([
    ['openai-completions', 'data: {"error":{"message":"slow down","code":"rate_limit_exceeded"}}\n\n', 'rate-limit'],
    ['openai-completions', 'data: {"error":{"message":"boom","type":"server_error","code":503}}\n\n', 'overloaded'],
    ['openai-completions', 'data: {"choices":[{"index":0,"delta":\n\n', 'provider'],
    [
      'openai-responses',
      'data: {"type":"error","sequence_number":1,"code":"rate_limit_exceeded","message":"slow down","param":null}\n\n',
      'rate-limit',
    ],
    [
      'anthropic-messages',
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      'overloaded',
    ],
  ] as const)('over %s: %s', async (dialect, piece, code) => {
    expect(await failureOf(dialect, { kind: 'raw', pieces: [piece] })).toMatchObject({ code })
  })

  it.each([
    ['openai-completions', 'data: {"error":{"message":"boom"}}\n\n'],
    ['openai-responses', 'data: {"type":"error","sequence_number":1,"code":"x","message":"boom","param":null}\n\n'],
    ['anthropic-messages', 'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"boom"}}\n\n'],
  ] as const)('over %s close the connection that the provider leaves open', async (dialect, piece) => {
    expect((await failureOf(dialect, { kind: 'raw', pieces: [piece], after: 'hang' })).message).toContain('boom')
    await expect.poll(() => server.openResponses).toBe(0)
  })

  it('come after what was said', async () => {
    const pieces = [
      'data: {"choices":[{"index":0,"delta":{"content":"half "},"finish_reason":null}]}\n\n',
      'data: {"error":{"message":"Overloaded","type":"overloaded_error"}}\n\n',
    ]
    server.answer = () => ({ kind: 'raw', pieces })
    const { parts, error } = await endOf(new AiSdkRunner(tableFor(server.url), clock), requestTo('openai-completions'))
    expect(textOf(parts)).toBe('half ')
    expect(error).toMatchObject({ code: 'overloaded' })
  })
})

describe('particular words of providers', () => {
  it.each([
    [
      'google-generative-ai',
      400,
      [
        {
          error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' },
        },
      ],
      'auth',
    ],
    [
      'google-generative-ai',
      429,
      {
        error: {
          code: 429,
          message: 'You exceeded your current quota, please check your plan and billing details.',
          status: 'RESOURCE_EXHAUSTED',
        },
      },
      'rate-limit',
    ],
    [
      'google-generative-ai',
      400,
      {
        error: {
          code: 400,
          message: 'The input token count exceeds the maximum number of tokens allowed',
          status: 'INVALID_ARGUMENT',
        },
      },
      'context-overflow',
    ],
    [
      'anthropic-messages',
      400,
      { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low' } },
      'billing',
    ],
    [
      'anthropic-messages',
      400,
      {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
      },
      'context-overflow',
    ],
    [
      'openai-completions',
      400,
      { error: { message: 'The model `x` does not exist', code: 'model_not_found' } },
      'unknown-model',
    ],
    ['openai-completions', 400, { message: 'unknown field "stream_options"' }, 'format'],
  ] as const)('%s %i %j', async (dialect, status, body, code) => {
    expect(await failureOf(dialect, { kind: 'error', status, body })).toMatchObject({ code })
  })

  it('Google says in the body how long to wait', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '17s' }]
    const body = { error: { code: 429, message: 'quota', status: 'RESOURCE_EXHAUSTED', details } }
    expect(await failureOf('google-generative-ai', { kind: 'error', status: 429, body })).toMatchObject({
      retryAfterMs: 17_000,
    })
  })
})

describe('a run that cannot even begin', () => {
  it.each([
    ['an unknown provider', { x: {} }, 'nowhere', 'unknown-model', 'models.providers.nowhere'],
    ['a known provider that is not configured', { x: {} }, 'openai', 'unknown-model', 'OPENAI_API_KEY'],
    ['a provider without address', { x: {} }, 'x', 'unknown-model', 'models.providers.x.baseUrl'],
    ['a provider without key', { openai: {} }, 'openai', 'auth', 'OPENAI_API_KEY'],
  ])('%s is told', async (_, providers, provider, code, words) => {
    const runner = new AiSdkRunner(providerTable({ providers }, {}), clock)
    const { error } = await endOf(runner, requestTo(provider))
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) })
  })

  it.each(DIALECTS)('a server of one’s own needs no key over %s, and gets none', async (api) => {
    const runner = new AiSdkRunner(
      providerTable({ providers: { own: { api, baseUrl: `${server.url}/v1` } } }, {}),
      clock,
    )
    const { error } = await endOf(runner, requestTo('own'))
    expect(error).toBeUndefined()
    const headers = Object.keys(server.requests[0]?.headers ?? {})
    expect(headers).toContain('user-agent')
    for (const name of ['authorization', 'x-api-key', 'x-goog-api-key']) expect(headers).not.toContain(name)
  })
})

async function failureOf(dialect: Dialect, answer: ModelAnswer): Promise<RunnerFailure> {
  server.answer = () => answer
  const { error } = await endOf(new AiSdkRunner(tableFor(server.url), clock), requestTo(dialect))
  if (!(error instanceof RunnerFailure)) throw new Error(`expected a RunnerFailure, saw ${String(error)}`)
  return error
}
