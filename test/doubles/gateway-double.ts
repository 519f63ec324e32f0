import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

type Frame = Record<string, unknown>

/** What a scripted method may do with one request. */
export interface DoubleCall {
  readonly id: string
  readonly method: string
  readonly params: Frame
  readonly socket: WebSocket
  ok(payload?: unknown): void
  fail(code: string, message: string, extra?: { details?: unknown; payload?: unknown }): void
  event(event: string, payload: unknown, seq?: number): void
}

export interface DoubleOptions {
  readonly token?: string
  readonly tickIntervalMs?: number
  /** Sent instead of the challenge; null = silence. */
  readonly firstFrame?: string | null
  readonly methods?: Readonly<Record<string, (call: DoubleCall) => void>>
  /** Overrides what `connect` answers. */
  readonly connect?: (call: DoubleCall) => void
  /** Frames written in the same tick as `hello-ok`. */
  readonly afterHello?: readonly Frame[]
  readonly port?: number
  /** PEM; the double speaks `wss://` then. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

/** Methods that answer with what a function makes of the parameters. */
export function answering(
  methods: Readonly<Record<string, (params: Frame) => unknown>>,
): NonNullable<DoubleOptions['methods']> {
  return Object.fromEntries(
    Object.entries(methods).map(([name, answer]) => [name, (call: DoubleCall) => call.ok(answer(call.params))]),
  )
}

/** A small server that speaks protocol v3 as far as clients can see, and remembers what it was sent. */
export class GatewayDouble {
  readonly connects: Frame[] = []
  readonly calls: { method: string; params: Frame }[] = []
  readonly sockets = new Set<WebSocket>()
  readonly #server: WebSocketServer
  readonly #web: Server | undefined
  readonly #options: DoubleOptions

  static async start(options: DoubleOptions = {}): Promise<GatewayDouble> {
    const place = { port: options.port ?? 0, host: '127.0.0.1' }
    const web = options.tls === undefined ? undefined : createServer(options.tls)
    const server = new WebSocketServer(web === undefined ? place : { server: web })
    const isListening = new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject))
    web?.listen(place)
    await isListening
    return new GatewayDouble(server, options, web)
  }

  private constructor(server: WebSocketServer, options: DoubleOptions, web: Server | undefined) {
    this.#server = server
    this.#web = web
    this.#options = options
    server.on('connection', (socket) => this.#serve(socket))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `${this.#web === undefined ? 'ws' : 'wss'}://127.0.0.1:${this.port}`
  }

  /** Ends every connection, as a restart does, and keeps listening. */
  closeClients(code = 1012, reason = 'service restart'): void {
    for (const socket of this.sockets) socket.close(code, reason)
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await new Promise<void>((resolve) => (this.#web === undefined ? resolve() : this.#web.close(() => resolve())))
  }

  #serve(socket: WebSocket): void {
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
    const nonce = randomUUID()
    const challenge = { type: 'event', event: 'connect.challenge', payload: { nonce, ts: Date.now() } }
    if (this.#options.firstFrame !== null) socket.send(this.#options.firstFrame ?? JSON.stringify(challenge))
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { id: string; method: string; params?: Frame }
      const call = callOf(socket, frame)
      if (frame.method === 'connect') this.#connect(call, nonce)
      else this.#answer(call)
    })
  }

  #connect(call: DoubleCall, nonce: string): void {
    this.connects.push(call.params)
    if (this.#options.connect !== undefined) {
      this.#options.connect(call)
      return
    }
    const sent = (call.params.auth as { token?: string } | undefined)?.token
    if (this.#options.token !== undefined && sent !== this.#options.token) {
      const missing = sent === undefined
      const message = `unauthorized: gateway token ${missing ? 'missing' : 'mismatch'}`
      call.fail('INVALID_REQUEST', message, {
        details: {
          code: missing ? 'AUTH_TOKEN_MISSING' : 'AUTH_TOKEN_MISMATCH',
          authReason: missing ? 'token_missing' : 'token_mismatch',
        },
      })
      call.socket.close(1008, message)
      return
    }
    if (!deviceHolds(call.params, nonce)) {
      call.fail('INVALID_REQUEST', 'device signature invalid', { details: { code: 'DEVICE_AUTH_INVALID' } })
      call.socket.close(1008, 'device signature invalid')
      return
    }
    call.ok(helloOk(this.#options.tickIntervalMs ?? 30_000))
    for (const frame of this.#options.afterHello ?? []) call.socket.send(JSON.stringify(frame))
  }

  #answer(call: DoubleCall): void {
    this.calls.push({ method: call.method, params: call.params })
    const method = this.#options.methods?.[call.method]
    if (method === undefined) call.fail('INVALID_REQUEST', `unknown method: ${call.method}`)
    else method(call)
  }
}

/** A greeting with every required key. */
export function helloOk(tickIntervalMs = 30_000): Frame {
  return {
    type: 'hello-ok',
    protocol: 3,
    server: { version: '9.9.9', connId: randomUUID() },
    features: { methods: ['health'], events: ['tick'] },
    snapshot: {
      presence: [],
      health: {},
      stateVersion: { presence: 1, health: 1 },
      uptimeMs: 5,
      sessionDefaults: { defaultAgentId: 'main', mainKey: 'main', mainSessionKey: 'agent:main:main' },
      authMode: 'token',
    },
    policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs },
  }
}

function callOf(socket: WebSocket, frame: { id: string; method: string; params?: Frame }): DoubleCall {
  const send = (value: Frame) => socket.send(JSON.stringify(value))
  return {
    id: frame.id,
    method: frame.method,
    params: frame.params ?? {},
    socket,
    ok: (payload) => send({ type: 'res', id: frame.id, ok: true, ...(payload === undefined ? {} : { payload }) }),
    fail: (code, message, extra = {}) =>
      send({
        type: 'res',
        id: frame.id,
        ok: false,
        error: { code, message, ...(extra.details === undefined ? {} : { details: extra.details }) },
        ...(extra.payload === undefined ? {} : { payload: extra.payload }),
      }),
    event: (event, payload, seq) => send({ type: 'event', event, payload, ...(seq === undefined ? {} : { seq }) }),
  }
}

/** Checks the device block as a gateway does, with its own reading of the signed text. No block is fine. */
function deviceHolds(params: Frame, nonce: string): boolean {
  const device = params.device as
    | { id: string; publicKey: string; signature: string; signedAt: number; nonce: string }
    | undefined
  if (device === undefined) return true
  const client = params.client as { id: string; mode: string }
  const auth = (params.auth ?? {}) as { token?: string; deviceToken?: string }
  const scopes = ((params.scopes as string[] | undefined) ?? []).join(',')
  const token = auth.token ?? auth.deviceToken ?? ''
  const text = `v2|${device.id}|${client.id}|${client.mode}|${String(params.role ?? 'operator')}|${scopes}|${device.signedAt}|${token}|${nonce}`
  const raw = Buffer.from(device.publicKey, 'base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' })
  return (
    device.nonce === nonce &&
    device.id === createHash('sha256').update(raw).digest('hex') &&
    verify(null, Buffer.from(text), key, Buffer.from(device.signature, 'base64url'))
  )
}
