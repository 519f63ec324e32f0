import { createHmac } from 'node:crypto'
import { MemoryHookTransforms } from '../../src/adapters/hook-transforms-memory/memory-hook-transforms.js'
import type { Module } from '../../src/bootstrap/index.js'
import { tokens } from '../../src/bootstrap/tokens.js'
import { GatewayStage } from './gateway-stage.js'

export const HOOKS_TOKEN = 'the-token-of-webhooks'

interface HooksStageOptions {
  readonly hooks?: object
  readonly config?: object
  readonly modules?: readonly Module[]
}

export interface HookCall {
  /** Null = none. */
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
}

/** A gateway in memory that answers webhooks. */
export class HooksStage {
  readonly transforms = new MemoryHookTransforms()
  readonly stage: GatewayStage

  constructor({ hooks = {}, config = {}, modules = [] }: HooksStageOptions = {}) {
    const withTransforms: Module = (bindings) => bindings.constant(tokens.hookTransforms, this.transforms)
    this.stage = new GatewayStage({
      config: { hooks: { enabled: true, token: HOOKS_TOKEN, ...hooks }, ...config },
      modules: [withTransforms, ...modules],
      secrets: [HOOKS_TOKEN],
    })
  }

  static async open(options: HooksStageOptions = {}): Promise<HooksStage> {
    const made = new HooksStage(options)
    await made.stage.gateway.start()
    return made
  }

  /** Any request to the gateway. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const { host, port } = this.stage.endpoint as { host: string; port: number }
    return this.stage.transport.fetch(`http://${host}:${port}${path}`, init)
  }

  /** A webhook; the body is sent as it is when it is a text. */
  post(path: string, body: unknown = {}, { token = HOOKS_TOKEN, headers = {}, method = 'POST' }: HookCall = {}) {
    return this.fetch(`/hooks/${path}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  /** Status and body of a webhook. */
  async told(path: string, body: unknown = {}, call: HookCall = {}): Promise<readonly [number, unknown]> {
    const response = await this.post(path, body, call)
    const text = await response.text()
    return [response.status, text.startsWith('{') ? JSON.parse(text) : text]
  }
}

/** As GitHub signs. */
export function signed(body: string, secret: string): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
}
