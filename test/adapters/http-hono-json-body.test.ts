import fc from 'fast-check'
import { Hono } from 'hono'
import { describe, expect, it, vi } from 'vitest'
import type { HttpEnv } from '../../src/adapters/http-hono/http-env.js'
import { jsonFault } from '../../src/adapters/http-hono/json-fault.js'
import { jsonBody } from '../../src/adapters/http-hono/middleware/json-body.js'

const LIMIT = 64

const app = new Hono<HttpEnv>()
app.post('/', async (context) => {
  const read = await jsonBody(context, LIMIT, 50)
  return read.ok ? context.json({ value: read.value }) : read.response
})

async function answerTo(
  body: NonNullable<RequestInit['body']> | null,
  headers: Record<string, string> = {},
): Promise<[number, unknown]> {
  const init = { method: 'POST', body, headers, duplex: 'half' }
  const response = await app.request('/', init as RequestInit)
  return [response.status, await response.json()]
}

function refused(message: string) {
  return { error: { message, type: 'invalid_request_error', param: null, code: null } }
}

describe('the body of a request', () => {
  it.each([
    ['', {}],
    [' \n', {}],
    ['\ufeff{"a":1}', { a: 1 }],
    ['[1, "ä"]', [1, 'ä']],
    ['null', null],
  ])('is read: %j', async (text, value) => {
    expect(await answerTo(text)).toEqual([200, { value }])
  })

  it('may be missing', async () => {
    expect(await answerTo(null)).toEqual([200, { value: {} }])
  })

  it.each([
    ['{"a": abc}', 1, 7],
    ['{"a": 1,\n "b" 2}', 2, 6],
    ['{"a": "secret', 1, 14],
    ['[1,]', 1, 4],
    ['{} {}', 1, 4],
  ])('names the place of what is wrong in %j, and does not repeat it', async (text, line, column) => {
    const message = `The body is not valid JSON: unexpected at line ${line}, column ${column}`
    expect(await answerTo(text)).toEqual([400, refused(message)])
  })

  it('is UTF-8', async () => {
    expect(await answerTo(new Uint8Array([0x22, 0xff, 0x22]))).toEqual([400, refused('The body is not valid UTF-8')])
  })

  it('is refused by its announced length, without reading', async () => {
    const pull = vi.fn()
    const body = new ReadableStream({ pull }, { highWaterMark: 0 })
    expect(await answerTo(body, { 'content-length': `${LIMIT + 1}` })).toEqual([413, refused('Payload too large')])
    expect(pull).not.toHaveBeenCalled()
  })

  it('is refused as soon as it is too long, and read no further', async () => {
    let chunks = 0
    const pull = (controller: ReadableStreamDefaultController) => {
      chunks += 1
      controller.enqueue(new Uint8Array(40).fill(0x20))
    }
    expect(await answerTo(new ReadableStream({ pull }, { highWaterMark: 0 }))).toEqual([
      413,
      refused('Payload too large'),
    ])
    expect(chunks).toBe(2)
  })

  it('may be as long as the limit', async () => {
    expect(await answerTo(`"${'x'.repeat(LIMIT - 2)}"`)).toEqual([200, { value: 'x'.repeat(LIMIT - 2) }])
  })

  it('has to come in time', async () => {
    const cancel = vi.fn()
    const body = new ReadableStream({ cancel })
    expect(await answerTo(body)).toEqual([408, refused('Request body timeout')])
    expect(cancel).toHaveBeenCalledOnce()
  })
})

describe('jsonFault', () => {
  it('finds a fault exactly where JSON.parse does', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', '\\', 'x', '0', ' ', '\n'), fc.nat(2))
      .map(([text, at, piece, cut]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + piece + text.slice(place + cut)
      })
    fc.assert(
      fc.property(broken, (text) => {
        let isFine = true
        try {
          JSON.parse(text)
        } catch {
          isFine = false
        }
        expect(jsonFault(text) === null).toBe(isFine)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is not impressed by depth', () => {
    expect(jsonFault('['.repeat(200_000))).toEqual({ line: 1, column: 200_001 })
  })
})
