/*
 * A WebSocket client of the least work: the measuring process shares the machine with the measured one. It sends text
 * with a zero mask, reads unfragmented text, answers pings, and leaves everything else out.
 */
import { connect } from 'node:net'

const TEXT = 0x81
const PONG = 0x8a

/** One text message as it goes over the wire, client to server. */
export function frameOf(text) {
  const payload = Buffer.from(text)
  const frame = Buffer.concat([headerOf(TEXT, payload.length), payload])
  return frame
}

function headerOf(first, length) {
  if (length < 126) return Buffer.from([first, 0x80 | length, 0, 0, 0, 0])
  if (length < 65_536) return Buffer.from([first, 0x80 | 126, length >> 8, length & 255, 0, 0, 0, 0])
  const header = Buffer.alloc(14)
  header[0] = first
  header[1] = 0x80 | 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return header
}

/**
 * Opens a socket. `onText(bytes, start, end)` gets every message as a range of a borrowed buffer; `onTurn()` follows
 * after all messages of one read, so that answers to them can leave together.
 */
export function openSocket({ host, port, onText, onTurn = () => undefined, onClose = () => undefined }) {
  const socket = connect({ host, port, noDelay: true })
  let rest
  let isUpgraded = false
  socket.on('connect', () => {
    socket.write(
      `GET / HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
  })
  socket.on('data', (piece) => {
    let bytes = rest === undefined ? piece : Buffer.concat([rest, piece])
    rest = undefined
    if (!isUpgraded) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end === -1) {
        rest = bytes
        return
      }
      isUpgraded = true
      bytes = bytes.subarray(end + 4)
    }
    const read = readFrames(bytes, onText, socket)
    if (read < bytes.length) rest = bytes.subarray(read)
    onTurn()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', onClose)
  return socket
}

/** How many bytes were complete frames. */
function readFrames(bytes, onText, socket) {
  let at = 0
  while (at + 2 <= bytes.length) {
    let length = bytes[at + 1] & 127
    let start = at + 2
    if (length === 126) {
      if (at + 4 > bytes.length) return at
      length = bytes.readUInt16BE(at + 2)
      start = at + 4
    } else if (length === 127) {
      if (at + 10 > bytes.length) return at
      length = Number(bytes.readBigUInt64BE(at + 2))
      start = at + 10
    }
    const end = start + length
    if (end > bytes.length) return at
    const opcode = bytes[at] & 15
    if (opcode === 1) onText(bytes, start, end)
    else if (opcode === 8) socket.end()
    else if (opcode === 9) socket.write(Buffer.concat([headerOf(PONG, length), bytes.subarray(start, end)]))
    at = end
  }
  return at
}
