import { STATUS_CODES } from 'node:http'
import type { NativeResponse } from './uws-native.js'

/** Headers the engine writes itself; a second copy would contradict the first. */
const WRITTEN_BY_ENGINE = new Set(['content-length', 'transfer-encoding', 'connection', 'date'])

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
const ASCII_ONLY = /^[\x00-\x7f]*$/

/** Writes status and headers. Values come out of `Headers`, which rejects line breaks; the engine would not. */
export function writeHead(native: NativeResponse, response: Response): void {
  native.writeStatus(statusLine(response.status, response.statusText))
  // Set-Cookie comes out of the iteration once per cookie.
  for (const [name, value] of response.headers) {
    if (!WRITTEN_BY_ENGINE.has(name)) native.writeHeader(name, wireValue(value))
  }
}

/** `200 OK`: the engine wants the phrase too. */
export function statusLine(status: number, phrase = ''): string {
  return `${status} ${phrase || (STATUS_CODES[status] ?? 'Unknown')}`
}

/** Bytes of the body as the response declares them, or undefined. */
export function declaredLength(headers: Headers): number | undefined {
  return parseLength(headers.get('content-length') ?? undefined)
}

/** A Content-Length value as a number; undefined when absent or not a plain number. */
export function parseLength(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}

/** `Headers` holds one character per byte; the engine would turn those above 127 into two bytes. */
function wireValue(value: string): string | Uint8Array {
  return ASCII_ONLY.test(value) ? value : Buffer.from(value, 'latin1')
}
