/** Kinds of WebSocket frames: RFC 6455 section 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface FrameTraits {
  readonly isFinal?: boolean
  readonly isMasked?: boolean
  /** The three reserved bits, 0-7. */
  readonly reserved?: number
  /** Declared instead of the real length. */
  readonly declaredBytes?: bigint
}

/** One frame as it goes over the wire, client to server; masked with zeros, which leaves the payload readable. */
export function frame(opcode: number, payload: string | Uint8Array = '', traits: FrameTraits = {}): Buffer {
  const { isFinal = true, isMasked = true, reserved = 0 } = traits
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode
  const header = lengthHeader(first, isMasked ? 0x80 : 0, traits.declaredBytes ?? BigInt(bytes.byteLength))
  return Buffer.concat([header, isMasked ? Buffer.alloc(4) : Buffer.alloc(0), bytes])
}

/** Hands over complete frames and gives back what follows them. */
export function readFrames(bytes: Buffer, take: (opcode: number, payload: Buffer) => void): Buffer {
  let rest = bytes
  for (;;) {
    if (rest.length < 2) return rest
    const short = rest[1]! & 127
    const start = short === 126 ? 4 : short === 127 ? 10 : 2
    if (rest.length < start) return rest
    const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short
    if (rest.length < start + length) return rest
    take(rest[0]! & 15, rest.subarray(start, start + length))
    rest = rest.subarray(start + length)
  }
}

function lengthHeader(first: number, mask: number, length: bigint): Buffer {
  if (length < 126n) return Buffer.from([first, mask | Number(length)])
  if (length < 65_536n) return Buffer.from([first, mask | 126, Number(length >> 8n), Number(length & 255n)])
  const header = Buffer.alloc(10)
  header[0] = first
  header[1] = mask | 127
  header.writeBigUInt64BE(length & 0xffff_ffff_ffff_ffffn, 2)
  return header
}
