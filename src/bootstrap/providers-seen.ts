import { needsKey } from '../adapters/runner-ai-sdk/provider-keys.js'
import { type Provider, providerTable } from '../adapters/runner-ai-sdk/provider-table.js'
import type { ProviderSeen } from '../application/doctor/doctor-facts.js'
import { agentsOf } from '../domain/config/agents.js'
import type { GatewayConfig } from '../domain/config/config.js'
import { messageOf } from '../domain/failure.js'
import { readModelRef } from '../domain/model/model-ref.js'

const REACH_MS = 5_000

/** The providers of every model that agents use, and whether there are keys for them. */
export async function providersSeen(
  config: GatewayConfig,
  variables: Readonly<Record<string, string | undefined>>,
  isDeep: boolean,
): Promise<readonly ProviderSeen[]> {
  const table = providerTable(config.models, variables, config.auth)
  const inUse = new Map<string, Set<string>>()
  for (const { provider, model } of modelsInUse(config, table.defaultModel)) {
    const models = inUse.get(provider) ?? new Set()
    inUse.set(provider, models.add(`${provider}/${model}`))
  }
  return Promise.all(
    [...inUse].map(async ([id, models]): Promise<ProviderSeen> => {
      const provider = table.providers.get(id)
      return {
        provider: id,
        models: [...models],
        hasKey: provider === undefined || !needsKey(provider) || provider.apiKey !== undefined,
        keyPlace:
          provider?.keyVariable === ''
            ? `models.providers.${id}.apiKey`
            : (provider?.keyVariable ?? `models.providers.${id}`),
        reach: isDeep && provider !== undefined ? await reachOf(provider) : null,
      }
    }),
  )
}

interface Ref {
  readonly provider: string
  readonly model: string
}

function modelsInUse(config: GatewayConfig, standard: Ref | null): readonly Ref[] {
  const written = agentsOf(config, '').flatMap(({ model, fallbackModels = [] }) =>
    model === undefined ? fallbackModels : [model, ...fallbackModels],
  )
  const named = written.flatMap((ref) => readModelRef(ref) ?? [])
  return named.length === 0 && standard !== null ? [standard] : named
}

/** Any answer means that somebody is there; what the answer says does not matter. */
async function reachOf(provider: Provider): Promise<NonNullable<ProviderSeen['reach']>> {
  if (provider.baseUrl === undefined) return { ok: false, reason: 'it has no address', dateSkewMs: null }
  try {
    const response = await fetch(provider.baseUrl, { method: 'HEAD', signal: AbortSignal.timeout(REACH_MS) })
    const date = Date.parse(response.headers.get('date') ?? '')
    return { ok: true, reason: '', dateSkewMs: Number.isNaN(date) ? null : Date.now() - date }
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
    return { ok: false, reason: messageOf(cause), dateSkewMs: null }
  }
}
