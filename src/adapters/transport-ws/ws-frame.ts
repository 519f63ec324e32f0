const FINAL_TEXT = 0x81
const FINAL_BINARY = 0x82
const TWO_MORE_BYTES = 126
const EIGHT_MORE_BYTES = 127

/**
 * A whole message as one unmasked frame (RFC 6455 section 5.2), in memory of its own. Encoding here rather than in the
 * library lets `publish` encode once for all receivers, and writes header and payload with one call.
 */
export function encodeFrame(data: string | Uint8Array): Buffer {
  const isText = typeof data === 'string'
  const payloadBytes = isText ? Buffer.byteLength(data) : data.byteLength
  const headerBytes = payloadBytes < TWO_MORE_BYTES ? 2 : payloadBytes < 0x1_0000 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes)
  frame[0] = isText ? FINAL_TEXT : FINAL_BINARY
  writeLength(frame, payloadBytes)
  if (isText) frame.write(data, headerBytes, 'utf8')
  else frame.set(data, headerBytes)
  return frame
}

function writeLength(frame: Buffer, payloadBytes: number): void {
  if (payloadBytes < TWO_MORE_BYTES) {
    frame[1] = payloadBytes
  } else if (payloadBytes < 0x1_0000) {
    frame[1] = TWO_MORE_BYTES
    frame.writeUInt16BE(payloadBytes, 2)
  } else {
    frame[1] = EIGHT_MORE_BYTES
    frame.writeUInt32BE(Math.floor(payloadBytes / 0x1_0000_0000), 2)
    frame.writeUInt32BE(payloadBytes % 0x1_0000_0000, 6)
  }
}
