import type { GatewayConfig } from '../../domain/config/config.js'
import { KNOWN_PROVIDERS } from './known-providers.js'
import type { Environment, NamedKey, Provider } from './provider-table.js'

export type AuthConfig = Pick<GatewayConfig['auth'], 'profiles' | 'order'>

/** What belongs to one provider's keys. */
export interface KeySources {
  readonly provider: string
  /** `models.providers.<id>.apiKey`. */
  readonly configured: string | undefined
  /** The variables that may hold its key. */
  readonly variables: readonly string[]
  /** The configuration sends it to another address than its own. */
  readonly isElsewhere: boolean
}

/**
 * The keys of a provider in the order in which they are tried: profiles (`auth.order` first), the configured one, the
 * variables. A profile's key is in the variable that is named after it: `openai:work` → `OPENAI_WORK_API_KEY`.
 * The same key comes once. A house's key in the environment does not go to a foreign address that has keys of its own.
 */
export function namedKeys(sources: KeySources, environment: Environment, auth: AuthConfig): readonly NamedKey[] {
  const { provider, configured, variables, isElsewhere } = sources
  const own: NamedKey[] = profilesOf(provider, auth).map((id) => ({
    name: id,
    source: 'profile',
    value: valueIn(variableFor(id), environment),
  }))
  own.push({ name: `models.providers.${provider}.apiKey`, source: 'config', value: configured?.trim() ?? '' })
  const found = own.filter(({ value }) => value !== '')
  if (!isElsewhere || found.length === 0) {
    for (const name of variables) found.push({ name, source: 'environment', value: valueIn(name, environment) })
  }
  const seen = new Set([''])
  return found.filter(({ value }) => !seen.has(value) && seen.add(value) !== undefined)
}

/** `<ID>_API_KEY`. */
export function variableFor(id: string): string {
  return `${id.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY`
}

/** The provider with this key in use; with its first one when the name is absent or not known. */
export function withKey(provider: Provider, name: string | undefined): Provider {
  const key = provider.keys.find((candidate) => candidate.name === name)
  return key === undefined || key.value === provider.apiKey ? provider : { ...provider, apiKey: key.value }
}

/** A house's own address asks for a key; a server of one's own may not. Headers can carry one too. */
export function needsKey(provider: Provider): boolean {
  if (provider.apiKey !== undefined) return false
  const isAtHome = [...KNOWN_PROVIDERS.values()].some((known) => known.baseUrl === provider.baseUrl)
  return (
    isAtHome && !Object.keys(provider.headers).some((name) => /^(authorization|x-api-key|x-goog-api-key)$/i.test(name))
  )
}

function profilesOf(provider: string, { profiles, order }: AuthConfig): readonly string[] {
  const isSame = (id: string) => id.toLowerCase() === provider.toLowerCase()
  const first = Object.entries(order).find(([id]) => isSame(id))?.[1] ?? []
  const usable = Object.entries(profiles).flatMap(([id, profile]) =>
    isSame(profile.provider) && profile.mode === 'api_key' ? [id] : [],
  )
  return [...new Set([...first.filter((id) => usable.includes(id)), ...usable])]
}

function valueIn(variable: string, environment: Environment): string {
  return environment[variable]?.trim() ?? ''
}
