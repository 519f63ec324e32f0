import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Context, MiddlewareHandler } from 'hono'
import { acceptedCodings, type Coding } from '../accepted-coding.js'
import type { HttpEnv } from '../http-env.js'

/** Below this many bytes the headers outweigh what is saved. */
const WORTHWHILE_BYTES = 1024

const withGzip = promisify(gzip)
const withBrotli = promisify(brotliCompress)

/** What is read while somebody waits is compressed lightly. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_MODE]: 1 } }

/**
 * Compresses JSON of some length for whoever takes it. Streams of events are left alone, since each is to arrive at once,
 * and files, which bring their compressed twin along where there is one.
 */
export const compressed: MiddlewareHandler<HttpEnv> = async (context, next) => {
  await next()
  const { res } = context
  if (!isJson(res.headers) || res.headers.has('Content-Encoding') || res.body === null) return
  res.headers.append('Vary', 'Accept-Encoding')
  const [coding] = acceptedCodings(context.req.header('accept-encoding'))
  if (coding === undefined || context.req.method === 'HEAD') return
  const bytes = new Uint8Array(await res.arrayBuffer())
  if (bytes.byteLength < WORTHWHILE_BYTES) replace(context, bytes)
  else replace(context, new Uint8Array(await compress(bytes, coding)), coding)
}

function isJson(headers: Headers): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(headers.get('Content-Type') ?? '')
}

function compress(bytes: Uint8Array, coding: Coding): Promise<Buffer> {
  return coding === 'br' ? withBrotli(bytes, BROTLI) : withGzip(bytes, { level: 5 })
}

function replace(context: Context<HttpEnv>, bytes: Uint8Array<ArrayBuffer>, coding?: Coding): void {
  const { status } = context.res
  const headers = new Headers(context.res.headers)
  if (coding !== undefined) headers.set('Content-Encoding', coding)
  headers.set('Content-Length', String(bytes.byteLength))
  // What is assigned is mixed with what was there, unless nothing was.
  context.res = undefined
  context.res = new Response(bytes, { status, headers })
}
