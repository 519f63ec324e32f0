import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AiSdkRunner } from '../../src/adapters/runner-ai-sdk/ai-sdk-runner.js'
import { SseEvents, sseEvent } from '../../src/adapters/runner-ai-sdk/sse-events.js'
import { CountedClock } from '../doubles/counted-clock.js'
import { ModelServer } from '../doubles/model-server.js'
import { collect, endOf, requestTo, tableFor, textOf } from './runner-ai-sdk/fixture.js'

const OPENAI = 'openai-completions'

let server: ModelServer
let runner: AiSdkRunner

beforeEach(async () => {
  server = await ModelServer.start()
  runner = new AiSdkRunner(tableFor(server.url), new CountedClock())
})

afterEach(() => server.stop())

describe('a stream of plain text', () => {
  it('is read however it is cut into pieces', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 8 }),
        fc.nat(40),
        async (said, size) => {
          const wire = [...said.map((content) => chunk({ content })), ...ending(), 'data: [DONE]\n\n'].join('')
          server.answer = () => ({ kind: 'raw', pieces: slices(wire, size + 1) })
          expect(textOf(await collect(runner, requestTo(OPENAI)))).toBe(said.join(''))
        },
      ),
      { numRuns: 25 },
    ))

  it.each([
    ['comments and other fields', (event: string) => `: keep-alive\nid: 1\nevent: chunk\n${event}`],
    ['carriage returns', (event: string) => event.replaceAll('\n', '\r\n')],
    ['no space after the colon', (event: string) => event.replace('data: ', 'data:')],
  ])('is read with %s', async (_, rewritten) => {
    const wire = [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'one ' }),
      chunk({ content: 'two' }),
      ...ending(),
    ]
    server.answer = () => ({ kind: 'raw', pieces: wire.map(rewritten) })
    const parts = await collect(runner, requestTo(OPENAI))
    expect(textOf(parts)).toBe('one two')
    expect(parts.at(-1)).toMatchObject({ type: 'finish', stopReason: 'stop', usage: { input: 3, output: 2, total: 5 } })
  })

  it('joins deltas that arrive together', async () => {
    const wire = Array.from({ length: 50 }, (_, index) => chunk({ content: `w${index} ` })).join('')
    server.answer = () => ({ kind: 'raw', pieces: [wire + ending().join('')] })
    const parts = await collect(runner, requestTo(OPENAI))
    expect(parts.filter((part) => part.type === 'text').length).toBeLessThan(10)
    expect(textOf(parts).endsWith('w49 ')).toBe(true)
  })

  it('is unpacked where the server packs it unasked', async () => {
    const packed = gzipSync(chunk({ content: 'small' }) + ending().join(''))
    const packing = createServer((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }).end(packed)
    })
    await new Promise<void>((resolve) => packing.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(packing.address() as AddressInfo).port}`
      expect(textOf(await collect(new AiSdkRunner(tableFor(url), new CountedClock()), requestTo(OPENAI)))).toBe('small')
    } finally {
      packing.closeAllConnections()
      await new Promise((resolve) => packing.close(resolve))
    }
  })

  it('is over at [DONE], also when the server does not end the response', async () => {
    const pieces = [chunk({ content: 'enough' }), ...ending(), 'data: [DONE]\n\n', chunk({ content: 'too much' })]
    server.answer = () => ({ kind: 'raw', pieces })
    expect(textOf(await collect(runner, requestTo(OPENAI)))).toBe('enough')
  })
})

describe('a stream that turns out to be more than text', () => {
  it('goes to the SDK in the middle, nothing lost and nothing twice', async () => {
    server.answer = () => ({
      kind: 'speech',
      thinking: ['hm '],
      text: ['I ', 'will ', 'look. '],
      toolCall: { id: 'call_1', name: 'look', arguments: { at: 'it' } },
      delayMs: 1,
    })
    const parts = await collect(runner, requestTo(OPENAI))
    expect(textOf(parts, 'thinking')).toBe('hm ')
    expect(textOf(parts)).toBe('I will look. ')
    expect(parts.slice(-2)).toEqual([
      { type: 'tool.call', toolCallId: 'call_1', name: 'look', args: { at: 'it' } },
      expect.objectContaining({ type: 'finish', stopReason: 'toolUse', usage: { input: 7, output: 5, total: 12 } }),
    ])
  })

  it('keeps text that follows what only the SDK understands', async () => {
    const pieces = [
      chunk({ content: 'before ' }),
      chunk({ content: [{ type: 'text', text: 'inside ' }] }),
      chunk({ content: 'after' }),
      ...ending(),
    ]
    server.answer = () => ({ kind: 'raw', pieces })
    expect(textOf(await collect(runner, requestTo(OPENAI)))).toBe('before inside after')
  })

  it('is the same whether the pieces come at once or one by one', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(60), async (size) => {
        const wire = [
          chunk({ content: 'a' }),
          chunk({ refusal: 'b' }),
          chunk({ content: 'c' }),
          ...ending('stop'),
        ].join('')
        server.answer = () => ({ kind: 'raw', pieces: slices(wire, size + 1) })
        expect(textOf(await collect(runner, requestTo(OPENAI)))).toBe('abc')
      }),
      { numRuns: 15 },
    ))

  it('may end oddly after its finish', async () => {
    const pieces = [
      chunk({ content: 'done' }),
      ...ending(),
      'data: {"choices":[{"index":0,"delta":{"content":"!"}}]}\n\n',
    ]
    server.answer = () => ({ kind: 'raw', pieces })
    const { parts } = await endOf(runner, requestTo(OPENAI))
    expect(textOf(parts)).toBe('done!')
    expect(parts.at(-1)).toMatchObject({ type: 'finish', stopReason: 'stop', usage: { input: 3, output: 2 } })
  })
})

describe('a slow reader', () => {
  it('gets everything, in order, of an answer larger than what may wait', async () => {
    const text = Array.from({ length: 300 }, (_, index) => `${index} ${'x'.repeat(20_000)}`)
    server.answer = () => ({ kind: 'speech', text })
    let said = ''
    for await (const part of runner.answer(requestTo(OPENAI), new AbortController().signal)) {
      if (part.type === 'text') said += part.delta
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(said).toBe(text.join(''))
  })
})

describe('a kept connection that the server has closed meanwhile', () => {
  it('is replaced without failing the run', async () => {
    let served = 0
    let resets = 0
    const closing = createServer((request, response) => {
      if (request.socket.bytesWritten > 0) {
        resets += 1
        request.socket.resetAndDestroy()
        return
      }
      served += 1
      request.resume()
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(chunk({ content: `run ${served}` }) + ending().join(''))
    })
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve))
    try {
      const own = new AiSdkRunner(
        tableFor(`http://127.0.0.1:${(closing.address() as AddressInfo).port}`),
        new CountedClock(),
      )
      expect(textOf(await collect(own, requestTo(OPENAI)))).toBe('run 1')
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(textOf(await collect(own, requestTo(OPENAI)))).toBe('run 2')
      expect(resets).toBe(1)
    } finally {
      closing.closeAllConnections()
      await new Promise((resolve) => closing.close(resolve))
    }
  })
})

describe('SseEvents', () => {
  it('gives back every event it was written, however it is cut', () =>
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''))),
        fc.nat(20),
        (data, size) => {
          const events = new SseEvents()
          expect(slices(data.map(sseEvent).join(''), size + 1).flatMap((piece) => events.push(piece))).toEqual(data)
        },
      ),
    ))

  it('joins the lines of one event', () => {
    expect(new SseEvents().push('data: a\ndata: b\n\n')).toEqual(['a\nb'])
    expect(new SseEvents().push(sseEvent('a\nb'))).toEqual(['a\nb'])
  })

  it('leaves out an event that is cut off', () => {
    expect(new SseEvents().push('data: a\n')).toEqual([])
  })

  it('refuses a line without end', () => {
    const events = new SseEvents()
    const piece = 'x'.repeat(1024 * 1024)
    expect(() => {
      for (let megabyte = 0; megabyte < 20; megabyte += 1) events.push(piece)
    }).toThrow(RangeError)
  })
})

function chunk(delta: unknown): string {
  return sseEvent(
    JSON.stringify({ id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null }] }),
  )
}

function ending(finish_reason = 'stop'): string[] {
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
  return [
    sseEvent(JSON.stringify({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason }] })),
    sseEvent(JSON.stringify({ id: 'c', choices: [], usage })),
  ]
}

function slices(text: string, size: number): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    // A piece never ends inside a character: what is written to a socket is UTF-8.
    const isHalf = /[\uD800-\uDBFF]/.test(text[at + size - 1] ?? '')
    pieces.push(text.slice(at, at + size + (isHalf ? 1 : 0)))
    at += size + (isHalf ? 1 : 0)
  }
  return pieces
}
