import { connectText, createDevice } from './device.mjs'
import { frameOf, openSocket } from './socket.mjs'

const CHALLENGE = '{"type":"event","event":"connect.challenge"'

/** One accepted client. What arrives after `hello-ok` goes to `onText` and `onTurn`, which may be changed any time. */
export class Session {
  onText = () => undefined
  onTurn = () => undefined
  isClosed = false
  socket

  /** Connects, proves a device and waits for `hello-ok`. */
  static open(target, device = createDevice()) {
    return new Promise((resolve, reject) => {
      const session = new Session()
      let isInside = false
      session.socket = openSocket({
        ...target,
        onText: (bytes, start, end) => {
          if (isInside) return session.onText(bytes, start, end)
          const text = bytes.toString('utf8', start, end)
          if (text.startsWith(CHALLENGE)) {
            const { nonce } = JSON.parse(text).payload
            session.socket.write(frameOf(connectText(device, { ...target, nonce })))
          } else if (text.startsWith('{"type":"res","id":"connect","ok":true')) {
            isInside = true
            session.helloBytes = end - start
            resolve(session)
          } else if (text.startsWith('{"type":"res"')) reject(new Error(`connect was refused: ${text.slice(0, 300)}`))
        },
        onTurn: () => session.onTurn(),
        onClose: () => {
          session.isClosed = true
          if (!isInside) reject(new Error('closed before hello-ok'))
        },
      })
    })
  }

  send(text) {
    this.socket.write(frameOf(text))
  }

  /** Leaves without a port in TIME_WAIT. */
  cut() {
    this.socket.resetAndDestroy()
  }
}

/** Opens many, so many at a time. */
export async function openSessions(target, count, atOnce = 16) {
  const sessions = []
  let begun = 0
  const open = async () => {
    while (begun < count) {
      begun++
      sessions.push(await Session.open(target))
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, open))
  return sessions
}
