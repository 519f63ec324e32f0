import { afterNewConfig, type Cooldown, isCooldownReason, isCooling } from './cooldown.js'

/** A key of a provider that is left alone. `key` is its name; undefined = the provider has no key with a name. */
export interface RestingKey {
  readonly provider: string
  readonly key: string | undefined
  readonly cooldown: Cooldown
}

/** Cooldowns as a text. What a new configuration would end is left out: after a restart it may be another key. */
export function textOfCooldowns(keys: readonly RestingKey[], now: number): string {
  const kept = keys.filter(({ cooldown }) => isCooling(cooldown, now) && afterNewConfig(cooldown) !== undefined)
  return `${JSON.stringify({ version: 1, keys: kept })}\n`
}

/** What `textOfCooldowns` wrote; null for any other text. */
export function cooldownsOfText(text: string): readonly RestingKey[] | null {
  const kept = keptIn(text)
  return kept?.every(isRestingKey) === true ? kept : null
}

function keptIn(text: string): readonly unknown[] | null {
  try {
    const value = JSON.parse(text) as { readonly version?: unknown; readonly keys?: unknown } | null
    return value?.version === 1 && Array.isArray(value.keys) ? value.keys : null
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

function isRestingKey(value: unknown): value is RestingKey {
  const { provider, key, cooldown } = (value ?? {}) as Readonly<Record<string, unknown>>
  const { reason, failures, since, until } = (cooldown ?? {}) as Readonly<Record<string, unknown>>
  const isNamed = typeof provider === 'string' && (key === undefined || typeof key === 'string')
  return isNamed && isCooldownReason(String(reason)) && [failures, since, until].every(Number.isFinite)
}
