/** How a WebSocket connection ends: a code of RFC 6455 section 7.4 and a reason a person can read. */
export interface Closure {
  readonly code: number
  readonly reason: string
}

/** Longest close reason in UTF-8 bytes. RFC 6455 allows 123; clients of protocol v3 expect at most 120. */
export const MAX_CLOSE_REASON_BYTES = 120

/**
 * Builds a closure whose reason fits the limit of the protocol, cut on a character boundary,
 * so that every transport sends the same bytes.
 */
export function closure(code: number, reason = ''): Closure {
  return { code, reason: cutToUtf8Bytes(reason, MAX_CLOSE_REASON_BYTES) }
}

/** The longest prefix of `text` that needs at most `maxBytes` bytes in UTF-8 and splits no character. */
export function cutToUtf8Bytes(text: string, maxBytes: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    const size = utf8Size(character.codePointAt(0) ?? 0)
    if (bytes + size > maxBytes) return text.slice(0, end)
    bytes += size
    end += character.length
  }
  return text
}

function utf8Size(codePoint: number): number {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x800) return 2
  return codePoint < 0x10000 ? 3 : 4
}

/** Closures with a fixed meaning in protocol v3. */
export const closures = {
  /** Handshake timeout, or text that is not JSON before `connect` was accepted. */
  silent: closure(1000),
  protocolMismatch: closure(1002, 'protocol mismatch'),
  invalidFrame: closure(1008, 'invalid request frame'),
  messageTooBig: closure(1009),
  /** Too much was sent behind a `connect` that had not been answered. */
  tooManyEarly: closure(1008, 'too many requests before hello-ok'),
  /** RFC 6455 has no such code; IANA lists 1013 as Try Again Later. */
  tryLater: closure(1013, 'too many connections that have not shown who they are'),
  internalError: closure(1011, 'internal error'),
  /** Shutdown and restart alike, after the `shutdown` event. */
  serviceRestart: closure(1012, 'service restart'),
} as const
