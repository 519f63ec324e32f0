import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { PrometheusMetrics } from '../../../src/adapters/metrics-prometheus/prometheus-metrics.js'
import { AiSdkRunner } from '../../../src/adapters/runner-ai-sdk/ai-sdk-runner.js'
import { providerTable } from '../../../src/adapters/runner-ai-sdk/provider-table.js'
import { TableKeys } from '../../../src/adapters/runner-ai-sdk/table-keys.js'
import { Cooldowns } from '../../../src/application/models/cooldowns.js'
import { FallbackRunner, type ModelSwitch } from '../../../src/application/models/fallback-runner.js'
import type { RunnerPart, RunnerRequest } from '../../../src/application/ports/agent-runner.js'
import { readModelRef } from '../../../src/domain/model/model-ref.js'
import { ManualClock } from '../../doubles/manual-clock.js'
import { type ModelAnswer, ModelServer } from '../../doubles/model-server.js'

const KEYS = { ONE_FIRST_API_KEY: 'key-one-first', ONE_SECOND_API_KEY: 'key-one-second', TWO_API_KEY: 'key-two' }

/** What came of one request. */
export interface Asked {
  readonly text: string
  readonly error: unknown
  /** `model key` of every request that reached a provider. */
  readonly tried: readonly string[]
}

/** A model server behind two providers: `one` has two keys, `two` has one. */
export class FallbackStage {
  readonly clock = new ManualClock()
  readonly log = new MemoryLog()
  readonly cooldowns = new Cooldowns({ document: new MemoryDocument(), clock: this.clock, log: this.log })
  readonly metrics = new PrometheusMetrics()
  readonly switches: ModelSwitch[] = []
  readonly runner: FallbackRunner

  private constructor(readonly server: ModelServer) {
    const provider = { baseUrl: `${server.url}/v1` }
    const auth = {
      profiles: {
        'one:second': { provider: 'one', mode: 'api_key' as const },
        'one:first': { provider: 'one', mode: 'api_key' as const },
      },
      order: { one: ['one:first'] },
    }
    const table = providerTable({ providers: { one: provider, two: provider } }, KEYS, auth)
    this.runner = new FallbackRunner({
      runner: new AiSdkRunner(table, this.clock),
      keys: new TableKeys(table),
      cooldowns: this.cooldowns,
      metrics: this.metrics,
      clock: this.clock,
      log: this.log,
      settingsOf: ({ model }) => ({ params: { temperature: model.length / 10 } }),
      switched: (_, change) => this.switches.push(change),
      silenceMs: 30_000,
    })
  }

  static async open(answers: Readonly<Record<string, ModelAnswer>>): Promise<FallbackStage> {
    const stage = new FallbackStage(await ModelServer.start())
    stage.says(answers)
    return stage
  }

  /** By `model key`, or by model alone; what is not said is answered with the model's name. */
  says(answers: Readonly<Record<string, ModelAnswer>>): void {
    this.server.answer = (request) => {
      const name = nameOf(request)
      const model = String(request.body.model)
      return answers[name] ?? answers[model] ?? { kind: 'speech', text: [`${model} `, 'here'] }
    }
  }

  async ask(models: readonly string[], signal: AbortSignal = new AbortController().signal): Promise<Asked> {
    const [model, ...fallbacks] = models.map((text) => readModelRef(text)!)
    const request: RunnerRequest = {
      runId: 'run-1',
      agentId: 'main',
      sessionKey: null,
      model: model!,
      workspace: '/nowhere',
      history: [],
      message: 'Hello',
    }
    const before = this.server.requests.length
    const parts: RunnerPart[] = []
    const told = async (): Promise<unknown> => {
      try {
        for await (const part of this.runner.ask(request, fallbacks, signal)) parts.push(part)
        return undefined
      } catch (thrown) {
        return thrown
      }
    }
    const error = await told()
    const text = parts.map((part) => (part.type === 'text' ? part.delta : '')).join('')
    return { text, error, tried: this.server.requests.slice(before).map(nameOf) }
  }

  stop(): Promise<void> {
    return this.server.stop()
  }
}

function nameOf({ body, headers }: ModelServer['requests'][number]): string {
  return `${body.model} ${String(headers.authorization).replace('Bearer key-', '')}`
}
