import type { MemoryClient } from '../../src/adapters/transport-memory/memory-client.js'
import type { MemoryCall, MemoryTransport } from '../../src/adapters/transport-memory/memory-transport.js'
import type { Endpoint } from '../../src/application/ports/transport.js'
import { type TestDevice, testDevice } from './device.js'

export interface Frame {
  readonly type: string
  readonly id?: string
  readonly ok?: boolean
  readonly payload?: any
  readonly error?: any
  readonly event?: string
  readonly seq?: number
  readonly stateVersion?: { presence: number; health: number }
}

const ALL_SCOPES = ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing']

/** A protocol v3 client over the memory transport; keeps every frame it has seen. */
export class MemoryProtocolClient {
  readonly frames: Frame[] = []
  readonly #client: MemoryClient
  #nextId = 0
  #waiters: (() => void)[] = []

  constructor(client: MemoryClient) {
    this.#client = client
    void this.#listen()
  }

  static async open(
    transport: MemoryTransport,
    endpoint: Endpoint,
    call: MemoryCall = {},
  ): Promise<MemoryProtocolClient> {
    return new MemoryProtocolClient(await transport.connect(endpoint, call))
  }

  get raw(): MemoryClient {
    return this.#client
  }

  /** Sends `connect` with a device unless told otherwise; returns the response frame. */
  async connect(
    options: {
      token?: string
      deviceToken?: string
      password?: string
      scopes?: readonly string[]
      clientId?: string
      mode?: string
      role?: string
      device?: boolean | TestDevice
      caps?: readonly string[]
      now?: number
      change?: (params: any) => void
    } = {},
  ): Promise<Frame> {
    const challenge = await this.event('connect.challenge')
    const clientId = options.clientId ?? 'test'
    const mode = options.mode ?? 'test'
    const scopes = options.scopes ?? ALL_SCOPES
    const params: any = {
      minProtocol: 3,
      maxProtocol: 3,
      client: { id: clientId, version: '1.0.0', platform: 'linux', mode },
      scopes,
      ...(options.role === undefined ? {} : { role: options.role }),
      ...(options.caps === undefined ? {} : { caps: options.caps }),
      auth: {
        ...(options.token === undefined ? {} : { token: options.token }),
        ...(options.deviceToken === undefined ? {} : { deviceToken: options.deviceToken }),
        ...(options.password === undefined ? {} : { password: options.password }),
      },
    }
    if (options.device !== false) {
      const device = typeof options.device === 'object' ? options.device : testDevice()
      const signedToken = options.token ?? options.deviceToken
      params.device = device.prove({
        clientId,
        clientMode: mode,
        scopes,
        nonce: challenge.payload.nonce,
        signedAt: options.now ?? challenge.payload.ts,
        ...(options.role === undefined ? {} : { role: options.role }),
        ...(signedToken === undefined ? {} : { token: signedToken }),
      })
    }
    options.change?.(params)
    return this.request('connect', params)
  }

  /** Sends a request and returns its first response. */
  async request(method: string, params?: unknown): Promise<Frame> {
    const id = this.send(method, params)
    return this.find((frame) => frame.type === 'res' && frame.id === id)
  }

  /** Sends a request and returns the payload of its first response, which must be ok. */
  async call(method: string, params?: unknown): Promise<any> {
    const frame = await this.request(method, params)
    if (frame.ok !== true) throw new Error(`${method}: ${JSON.stringify(frame.error)}`)
    return frame.payload
  }

  /** Sends a request without waiting; returns its id. */
  send(method: string, params?: unknown): string {
    const id = `r${++this.#nextId}`
    this.#client.send(JSON.stringify({ type: 'req', id, method, ...(params === undefined ? {} : { params }) }))
    return id
  }

  /** The final response of a request that was acknowledged first. */
  final(id: string | undefined): Promise<Frame> {
    return this.find((frame) => frame.id === id && frame.type === 'res' && frame.payload?.status !== 'accepted')
  }

  /** The first event of this name that fits, now or later. */
  event(name: string, fits: (frame: Frame) => boolean = () => true): Promise<Frame> {
    return this.find((frame) => frame.type === 'event' && frame.event === name && fits(frame))
  }

  /** All events of a name so far. */
  events(name: string): Frame[] {
    return this.frames.filter((frame) => frame.event === name)
  }

  /** The first frame that fits, now or later. Rejects when the connection ends before it came. */
  async find(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(fits)
      if (found !== undefined) return found
      const ending = await Promise.race([
        new Promise<null>((resolve) => this.#waiters.push(() => resolve(null))),
        this.#client.closed,
      ])
      const late = this.frames.find(fits)
      if (late !== undefined) return late
      if (ending !== null) throw new Error(`closed ${ending.code} ${ending.reason}`)
    }
  }

  async #listen(): Promise<void> {
    for (;;) {
      const message = await this.#client.next().catch(() => null)
      if (message === null) return
      this.frames.push(JSON.parse(String(message)))
      const waiters = this.#waiters
      this.#waiters = []
      for (const wake of waiters) wake()
    }
  }
}
