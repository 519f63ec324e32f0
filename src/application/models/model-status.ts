import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import { chooseModel } from '../../domain/model/choose-model.js'
import { foldedRef, formatModelRef } from '../../domain/model/model-ref.js'
import type { Clock } from '../ports/clock.js'
import type { ProviderFacts, ProviderKey, ProviderKeys } from '../ports/provider-keys.js'
import type { LiveConfig } from '../reload/live-config.js'
import type { Cooldowns } from './cooldowns.js'
import type { LiveCatalog } from './live-catalog.js'

export interface ModelStatusParts {
  readonly live: LiveConfig
  readonly catalog: LiveCatalog
  readonly agents: AgentDirectory
  readonly keys: ProviderKeys
  readonly cooldowns: Cooldowns
  readonly clock: Clock
}

/** Everything about models that an operator wants to know; names of keys, never a key. */
export function modelStatus(parts: ModelStatusParts): object {
  const { live, agents, keys } = parts
  const catalog = parts.catalog.current
  const { id, ...agent } = agents.defaultAgent
  const standard = agents.modelOf(id)
  const chosen = chooseModel({ agent, standard, needsPictures: false }, live.config, catalog)
  const primary = chosen.ok ? chosen.primary : standard
  const fallbacks = chosen.ok ? chosen.fallbacks : []
  const { model, imageModel, models } = live.config.agents.defaults
  const inUse = new Set([primary, ...fallbacks].map(({ provider }) => provider))
  const providers = keys.providers()
  const able = new Set(providers.filter(({ isKeyMissing }) => !isKeyMissing).map(({ id: provider }) => provider))
  const mayBeChosen = new Set(catalog.allowed.map((known) => foldedRef({ provider: known.provider, model: known.id })))
  return {
    defaultModel: model ?? null,
    resolvedDefault: formatModelRef(primary),
    fallbacks: fallbacks.map(formatModelRef),
    imageModel: imageModel ?? null,
    aliases: catalog.aliases,
    allowed: Object.keys(models),
    models: [...catalog.models, ...catalog.allowed.filter((one) => !catalog.models.includes(one))].map((known) => {
      const ref = { provider: known.provider, model: known.id }
      return {
        key: formatModelRef(ref),
        ...known,
        available: able.has(known.provider) || !providers.some(({ id: provider }) => provider === known.provider),
        allowed: mayBeChosen.has(foldedRef(ref)),
        tags: [
          ...(foldedRef(ref) === foldedRef(primary) ? ['default'] : []),
          ...(fallbacks.some((other) => foldedRef(other) === foldedRef(ref)) ? ['fallback'] : []),
        ],
        alias: catalog.aliasOf(ref) ?? null,
      }
    }),
    auth: {
      providers: providers.map((facts) => providerStatus(facts, parts)),
      missingProvidersInUse: providers.filter((one) => one.isKeyMissing && inUse.has(one.id)).map((one) => one.id),
    },
  }
}

function providerStatus({ id, keys, isKeyMissing, keyVariable }: ProviderFacts, parts: ModelStatusParts): object {
  const now = parts.clock.now()
  const cooldownOf = (key: string | undefined) => {
    const cooldown = parts.cooldowns.of(id, key, now)
    return cooldown === undefined
      ? null
      : { reason: cooldown.reason, failures: cooldown.failures, untilMs: cooldown.until }
  }
  return {
    provider: id,
    missing: isKeyMissing,
    keyVariable,
    keys: keys.map(({ name, source }: ProviderKey) => ({ name, source, cooldown: cooldownOf(name) })),
    cooldown: keys.length === 0 ? cooldownOf(undefined) : null,
  }
}
