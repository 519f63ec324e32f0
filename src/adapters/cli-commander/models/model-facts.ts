import type { GatewayClient } from '../../../application/ports/gateway-client.js'

/** A model as `models.status` tells of it. */
export interface ListedModel {
  /** `provider/model`. */
  readonly key: string
  readonly name: string
  readonly provider: string
  readonly input?: readonly string[]
  readonly contextWindow?: number
  /** There is a key, or none is needed. */
  readonly available: boolean
  /** People may choose it. */
  readonly allowed: boolean
  readonly tags: readonly string[]
  readonly alias: string | null
}

export interface KeyRest {
  readonly reason: string
  /** Unix milliseconds. */
  readonly untilMs: number
}

export interface ListedProvider {
  readonly provider: string
  readonly missing: boolean
  readonly keyVariable: string
  readonly keys: readonly { readonly name: string; readonly source: string; readonly cooldown: KeyRest | null }[]
  readonly cooldown: KeyRest | null
}

/** What a gateway says about its models. */
export interface ModelFacts {
  readonly defaultModel: unknown
  readonly resolvedDefault: string
  readonly fallbacks: readonly string[]
  readonly imageModel: unknown
  readonly aliases: Readonly<Record<string, string>>
  readonly allowed: readonly string[]
  readonly models: readonly ListedModel[]
  readonly auth: { readonly providers: readonly ListedProvider[]; readonly missingProvidersInUse: readonly string[] }
}

/** Rejects with ClientFailure. */
export function modelFacts(client: GatewayClient, timeoutMs: number): Promise<ModelFacts> {
  return client.call<ModelFacts>('models.status', {}, { timeoutMs })
}
