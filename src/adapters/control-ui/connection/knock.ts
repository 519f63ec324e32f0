import { devicePayload } from '../../../domain/access/device-payload.js'
import { clientDescription } from './client-description.js'
import type { HelloOk } from './hello-ok.js'
import { type ErrorShape, RequestRefused } from './request-refused.js'
import { type Admission, SocketEnded, type SocketEvents } from './socket-events.js'

const PROTOCOL_VERSION = 3
const PATIENCE_MS = 12_000
const CONNECT_ID = 'connect'
const ROLE = 'operator'

type Frame = Readonly<Record<string, unknown>>

/**
 * Opens a socket and shakes hands. Rejects with RequestRefused when the gateway says no, with SocketEnded when there is
 * none, with the reason of `admission` when that rejects. From the greeting on every frame goes to `events`.
 * @param admission what to show, which may still be looked for while the socket opens
 */
export function knock(
  url: string,
  admission: Promise<Admission>,
  events: SocketEvents,
): Promise<{ readonly socket: WebSocket; readonly hello: HelloOk }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    const timer = setTimeout(() => fail(new SocketEnded(1006, 'the gateway does not answer')), PATIENCE_MS)
    socket.onclose = ({ code, reason }) => fail(new SocketEnded(code, reason))
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as Frame
      if (frame.type === 'event' && frame.event === 'connect.challenge') {
        const { nonce } = frame.payload as { readonly nonce: string }
        introduce(nonce).catch(fail)
      } else if (frame.type === 'res' && frame.id === CONNECT_ID) conclude(frame)
    }

    admission.catch(fail)

    async function introduce(nonce: string): Promise<void> {
      const params = await connectParams(await admission, nonce)
      if (socket.readyState !== WebSocket.OPEN) return
      socket.send(JSON.stringify({ type: 'req', id: CONNECT_ID, method: 'connect', params }))
    }

    function conclude(frame: Frame): void {
      if (frame.ok !== true) {
        fail(new RequestRefused(frame.error as ErrorShape))
        return
      }
      clearTimeout(timer)
      socket.onmessage = ({ data }) => events.frame(JSON.parse(String(data)) as Frame)
      socket.onclose = ({ code, reason }) => events.ended(code, reason)
      resolve({ socket, hello: frame.payload as HelloOk })
    }

    function fail(error: unknown): void {
      clearTimeout(timer)
      socket.onmessage = null
      socket.onclose = null
      socket.close(1000)
      reject(error)
    }
  })
}

async function connectParams({ device, scopes, ...auth }: Admission, nonce: string): Promise<object> {
  const client = clientDescription()
  const params = {
    minProtocol: PROTOCOL_VERSION,
    maxProtocol: PROTOCOL_VERSION,
    client,
    role: ROLE,
    scopes,
    caps: ['tool-events'],
    locale: navigator.language,
    ...(Object.keys(auth).length === 0 ? {} : { auth }),
  }
  const signedAt = Date.now()
  const token = auth.token ?? auth.deviceToken ?? ''
  const { deviceId, publicKey } = device
  const claims = { deviceId, clientId: client.id, clientMode: client.mode, role: ROLE, scopes, signedAt, token, nonce }
  const signature = await device.sign(devicePayload(claims))
  return { ...params, device: { id: deviceId, publicKey, signature, signedAt, nonce } }
}
