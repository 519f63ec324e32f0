import { connect, type Socket } from 'node:net'
import { type TestDevice, testDevice } from '../../doubles/device.js'
import { frame, OPCODE, readFrames } from './frames.js'

const CLIENT = { id: 'test', version: '1', platform: 'linux', mode: 'test' }
const SCOPES = ['operator.read', 'operator.write']
/** Asks for a WebSocket. */
export const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n')
/** Keys take long to make; what is tested here does not depend on whose they are. */
const DEVICES = 200
const devices: TestDevice[] = []
let deviceTurn = 0

/** How the other side ended it: with a code, or (null) without a word. */
export interface Ending {
  readonly code: number | null
}

/** The least WebSocket client there can be: no library that would refuse to say what is wrong. */
export class WireClient {
  readonly socket: Socket
  /** Resolves when the connection is gone. */
  readonly ended: Promise<Ending>
  /** Text messages that came. Only the first few are kept. */
  readonly heard: string[] = []
  /** From now on what comes is read and thrown away. */
  isDeaf = false
  hasVanished = false
  #rest: Buffer = Buffer.alloc(0)
  #isUpgraded = false
  #code: number | null = null
  #wake: () => void = () => undefined

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.socket.on('data', (bytes) => this.#take(bytes))
    this.socket.on('error', () => this.socket.destroy())
    this.ended = new Promise((resolve) => {
      this.socket.once('close', () => {
        resolve({ code: this.#code })
        this.#wake()
      })
    })
  }

  get isGone(): boolean {
    return this.socket.destroyed
  }

  /** Asks for the upgrade and waits for the challenge; gives its nonce. */
  async challenge(): Promise<string> {
    this.socket.write(UPGRADE)
    const { payload } = JSON.parse(await this.hear(0)) as { payload: { nonce: string } }
    return payload.nonce
  }

  /** Shakes hands as everybody does. Resolves when the gateway has said hello. */
  async enter(token: string, instanceId: string): Promise<void> {
    const nonce = await this.challenge()
    const device = nextDevice()
    const proof = device.prove({
      clientId: CLIENT.id,
      clientMode: CLIENT.mode,
      scopes: SCOPES,
      token,
      nonce,
      signedAt: Date.now(),
    })
    const client = { ...CLIENT, instanceId }
    const params = {
      minProtocol: 3,
      maxProtocol: 3,
      client,
      role: 'operator',
      scopes: SCOPES,
      auth: { token },
      device: proof,
    }
    this.request('connect', params)
    const answer = await this.hear(1)
    if (!answer.includes('"ok":true')) throw new Error(`not let in: ${answer}`)
  }

  request(method: string, params?: unknown, id = method): void {
    this.socket.write(frame(OPCODE.text, JSON.stringify({ type: 'req', id, method, params })))
  }

  /** The text message with this number, from 0; waits for it. Rejects when the connection ends before. */
  async hear(index: number): Promise<string> {
    while (this.heard.length <= index) {
      if (this.isGone) throw new Error(`the connection ended (${this.#code}) after ${this.heard.length} messages`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.heard[index]!
  }

  /** Says goodbye as the protocol wants it. */
  close(): void {
    this.socket.write(frame(OPCODE.close, Buffer.from([0x03, 0xe8])))
  }

  /** Vanishes without a word. */
  vanish(): void {
    this.hasVanished = true
    this.socket.resetAndDestroy()
  }

  #take(bytes: Buffer): void {
    if (this.isDeaf) return
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    if (!this.#isUpgraded) {
      const end = this.#rest.indexOf('\r\n\r\n')
      if (end === -1) return
      this.#isUpgraded = true
      this.#rest = this.#rest.subarray(end + 4)
    }
    this.#rest = readFrames(this.#rest, (opcode, payload) => {
      if (opcode === OPCODE.text && this.heard.length < 8) this.heard.push(payload.toString())
      if (opcode === OPCODE.close) this.#closed(payload)
    })
    this.#wake()
  }

  /** Answers a close frame as the protocol wants it, so that the other side need not wait. */
  #closed(payload: Buffer): void {
    this.#code ??= payload.length >= 2 ? payload.readUInt16BE(0) : 1005
    if (this.socket.writable) this.socket.end(frame(OPCODE.close, payload))
  }
}

function nextDevice(): TestDevice {
  const index = deviceTurn++ % DEVICES
  devices[index] ??= testDevice()
  return devices[index]
}
