import OpenAI from 'openai'
import { SystemClock } from '../../src/adapters/clock-system/system-clock.js'
import { ScriptedRunner } from '../../src/adapters/runner-scripted/scripted-runner.js'
import { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
import { loadUws } from '../../src/adapters/transport-uws/uws-binding.js'
import type { AgentRunner } from '../../src/application/ports/agent-runner.js'
import { createGateway, type GatewayHandle, type Module, tokens } from '../../src/bootstrap/index.js'

export type HttpEngine = 'ws' | 'uws'

export const HTTP_TOKEN = 'a-token-for-programs'

/** Engines that can be used here; those that cannot are told with the reason. */
export function httpEngines(): { readonly engines: readonly HttpEngine[]; readonly missing: string | null } {
  const { engine, refusals } = loadUws()
  return engine === undefined
    ? { engines: ['ws'], missing: JSON.stringify(refusals) }
    : { engines: ['ws', 'uws'], missing: null }
}

/** A whole gateway on a real socket, with agents that follow a script and everything it keeps in memory. */
export class HttpGateway {
  readonly runner: ScriptedRunner
  readonly store = new MemorySessionStore()
  readonly handle: GatewayHandle

  private constructor(engine: HttpEngine, config: object, runner?: AgentRunner, modules: readonly Module[] = []) {
    const clock = new SystemClock()
    this.runner = new ScriptedRunner(clock)
    const inMemory: Module = (bindings) => {
      bindings.constant(tokens.clock, clock)
      bindings.constant(tokens.agentRunner, runner ?? this.runner)
      bindings.constant(tokens.sessionStore, this.store)
    }
    const endpoints = { chatCompletions: { enabled: true }, responses: { enabled: true } }
    const gateway = { http: { endpoints }, controlUi: { enabled: false } }
    this.handle = createGateway({
      engine,
      token: HTTP_TOKEN,
      config: { gateway, ...config },
      modules: [inMemory, ...modules],
    })
  }

  static async start(
    engine: HttpEngine,
    options: { readonly config?: object; readonly runner?: AgentRunner; readonly modules?: readonly Module[] } = {},
  ): Promise<HttpGateway> {
    const made = new HttpGateway(engine, options.config ?? {}, options.runner, options.modules)
    await made.handle.start()
    return made
  }

  /** `http://127.0.0.1:<port>`. */
  get url(): string {
    return this.handle.url.replace(/^ws/, 'http')
  }

  /** The official client, which asks again only when it is told to. */
  client(options: ConstructorParameters<typeof OpenAI>[0] = {}): OpenAI {
    return new OpenAI({ apiKey: HTTP_TOKEN, baseURL: `${this.url}/v1`, maxRetries: 0, ...options })
  }

  stop(): Promise<void> {
    return this.handle.stop(0)
  }
}
