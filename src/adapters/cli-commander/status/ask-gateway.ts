import type { HelloOk } from '../../../application/ports/gateway-client.js'
import { ClientFailure, type GatewayClient } from '../../../application/ports/gateway-client.js'
import type { CliDeps } from '../cli-deps.js'
import type { ModelFacts } from '../models/model-facts.js'
import type { HealthSnapshot } from '../render/health.js'
import type { GatewayAccess } from '../target/gateway-access.js'

/** What the gateway answered; null where it did not. */
export interface OverviewAnswers {
  readonly health: HealthSnapshot | null
  readonly status: {
    readonly sessions?: {
      readonly count?: number
      readonly defaults?: { readonly model?: string | null }
      readonly recent?: readonly { readonly updatedAt?: number | null }[]
      readonly byAgent?: readonly unknown[]
    }
  } | null
  readonly agents: { readonly defaultId?: string; readonly agents?: readonly { readonly id: string }[] } | null
  readonly models: { readonly models?: readonly { readonly id: string; readonly provider?: string }[] } | null
  readonly keys: Pick<ModelFacts, 'resolvedDefault' | 'auth'> | null
  readonly heartbeat: { readonly ts?: number; readonly status?: string } | null
  readonly cron: { readonly enabled?: boolean; readonly jobs?: number; readonly nextWakeAtMs?: number | null } | null
  /** Only when it was asked for. */
  readonly usage: UsageStatus | null
}

/** What providers were asked for lately, and what they still allow where they tell. */
export interface UsageStatus {
  readonly providers?: readonly {
    readonly provider: string
    readonly displayName?: string
    readonly windows?: readonly { readonly label?: string; readonly usedPercent?: number; readonly resetAt?: number }[]
    readonly calls?: number
    readonly totals?: { readonly totalTokens?: number; readonly totalCost?: number }
  }[]
}

/** How a connection to the gateway went. Either `hello` or `failure` is there. */
export interface GatewaySight {
  readonly hello: HelloOk | null
  readonly answers: OverviewAnswers | null
  /** From the first byte to the last answer. */
  readonly latencyMs: number | null
  /** Times of a few more rounds, when they were asked for. */
  readonly roundsMs: readonly number[]
  /** Explained; null when there is none. */
  readonly failure: unknown
}

export interface OverviewQuestions {
  readonly isDeep: boolean
  readonly withUsage: boolean
}

const ROUNDS = 5

/** Asks the gateway for everything an overview shows. What one method cannot answer stays open. */
export async function askGateway(
  access: GatewayAccess,
  deps: Pick<CliDeps, 'now'>,
  questions: OverviewQuestions,
): Promise<GatewaySight> {
  const startedAt = deps.now()
  try {
    const client = await access.open()
    try {
      const answers = await askAll(client, access.timeoutMs, questions)
      const latencyMs = deps.now() - startedAt
      const roundsMs = questions.isDeep ? await timeRounds(client, deps, access.timeoutMs) : []
      return { hello: client.hello, answers, latencyMs, roundsMs, failure: null }
    } finally {
      await client.close()
    }
  } catch (thrown) {
    if (!(thrown instanceof ClientFailure)) throw thrown
    return { hello: null, answers: null, latencyMs: null, roundsMs: [], failure: access.explain(thrown) }
  }
}

async function askAll(
  client: GatewayClient,
  timeoutMs: number,
  questions: OverviewQuestions,
): Promise<OverviewAnswers> {
  const ask = (method: string, params: object = {}): Promise<unknown> =>
    client.call(method, params, { timeoutMs }).catch((thrown: unknown) => {
      if (thrown instanceof ClientFailure) return null
      throw thrown
    })
  const [health, status, agents, models, keys, heartbeat, cron, usage] = await Promise.all([
    ask('health', questions.isDeep ? { probe: true } : {}),
    ask('status'),
    ask('agents.list'),
    ask('models.list'),
    ask('models.status'),
    ask('last-heartbeat'),
    ask('cron.status'),
    questions.withUsage ? ask('usage.status') : null,
  ])
  return { health, status, agents, models, keys, heartbeat, cron, usage } as OverviewAnswers
}

/** How long the gateway takes for next to nothing: a busy event loop shows here. */
async function timeRounds(client: GatewayClient, deps: Pick<CliDeps, 'now'>, timeoutMs: number): Promise<number[]> {
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = deps.now()
    await client.call('health', {}, { timeoutMs })
    rounds.push(deps.now() - startedAt)
  }
  return rounds
}
