import { once } from 'node:events'
import { WebSocket } from 'ws'
import { testDevice } from '../../doubles/device.js'

const CLIENT = { id: 'test', version: '1', platform: 'linux', mode: 'test' }
const SCOPES = ['operator.read']

/** A client that shakes hands as everybody does and then never reads again. */
export class SilentClient {
  readonly #socket: WebSocket

  private constructor(url: string) {
    this.#socket = new WebSocket(url, { perMessageDeflate: false })
    this.#socket.on('error', () => this.#socket.terminate())
  }

  /** Resolves when the gateway has said hello. */
  static async connect(url: string, token: string): Promise<SilentClient> {
    const client = new SilentClient(url)
    const { nonce } = (await client.#next()).payload as { nonce: string }
    const claims = { clientId: CLIENT.id, clientMode: CLIENT.mode, scopes: SCOPES, token, nonce, signedAt: Date.now() }
    const device = testDevice().prove(claims)
    const params = {
      minProtocol: 3,
      maxProtocol: 3,
      client: CLIENT,
      role: 'operator',
      scopes: SCOPES,
      auth: { token },
      device,
    }
    client.#socket.send(JSON.stringify({ type: 'req', id: '1', method: 'connect', params }))
    const answer = await client.#next()
    if (answer.ok !== true) throw new Error(`not let in: ${JSON.stringify(answer)}`)
    client.#socket.pause()
    return client
  }

  destroy(): void {
    this.#socket.terminate()
  }

  async #next(): Promise<{ readonly ok?: boolean; readonly payload: unknown }> {
    const [data] = (await once(this.#socket, 'message')) as [Buffer]
    return JSON.parse(data.toString('utf8'))
  }
}
