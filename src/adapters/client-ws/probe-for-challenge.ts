import { WebSocket } from 'ws'

const PROBE_MS = 300

/**
 * Whether whoever listens at a `ws://` or `wss://` address greets like a gateway, within a fraction of a second. Nothing
 * is told to it, so any certificate will do. Never rejects.
 */
export function probeForChallenge(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { handshakeTimeout: PROBE_MS, rejectUnauthorized: false })
    const settle = (isGateway: boolean): void => {
      clearTimeout(timer)
      socket.terminate()
      resolve(isGateway)
    }
    const timer = setTimeout(() => settle(false), PROBE_MS)
    socket.once('message', (data) => settle(String(data).includes('"connect.challenge"')))
    socket.on('error', () => settle(false))
    socket.once('close', () => settle(false))
  })
}
