/*
 * The few forms of DER (ITU-T X.690) a certificate is made of: tag, length, content.
 */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** Years from this one on do not fit UTCTime (RFC 5280 section 4.1.2.5). */
const FIRST_LONG_YEAR = 2050

export function sequence(...parts: readonly Buffer[]): Buffer {
  return element(TAG.sequence, Buffer.concat(parts))
}

export function setOf(...parts: readonly Buffer[]): Buffer {
  return element(TAG.set, Buffer.concat(parts))
}

/** A number that is not negative, most significant byte first. */
export function integer(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0)
  const magnitude = start < 0 ? Buffer.of(0) : Buffer.from(bytes.subarray(start))
  // A leading one would be read as a sign.
  return element(TAG.integer, magnitude[0]! < 0x80 ? magnitude : Buffer.concat([Buffer.of(0), magnitude]))
}

export function truth(): Buffer {
  return element(TAG.boolean, Buffer.of(0xff))
}

/** `unusedBits` are those at the end of the last byte. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return element(TAG.bitString, Buffer.concat([Buffer.of(unusedBits), bytes]))
}

export function octetString(bytes: Uint8Array): Buffer {
  return element(TAG.octetString, bytes)
}

export function utf8String(text: string): Buffer {
  return element(TAG.utf8String, Buffer.from(text))
}

/** `1.2.840.10045.4.3.2`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(TAG.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** To the second, in UTC. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, '')
  if (at.getUTCFullYear() >= FIRST_LONG_YEAR) return element(TAG.generalizedTime, Buffer.from(digits))
  return element(TAG.utcTime, Buffer.from(digits.slice(2)))
}

/** `[number]` around whole elements. */
export function tagged(number: number, ...parts: readonly Buffer[]): Buffer {
  return element(0xa0 | number, Buffer.concat(parts))
}

/** `[number]` in place of an element's own tag. */
export function retagged(number: number, content: Uint8Array): Buffer {
  return element(0x80 | number, content)
}

function element(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content])
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}

function base128(value: number): number[] {
  const bytes = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128))
  return bytes
}
