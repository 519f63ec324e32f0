/*
 * Which keys there are for model providers, by name. Called before a model is asked, and by whoever shows the state.
 * Promises: no network, no key in any answer; the order of keys is the order in which they are to be tried.
 * May refuse nothing: an unknown provider has no keys.
 */

/** A key, without itself. */
export interface ProviderKey {
  /** Unique for its provider: a profile's id, a config path or a variable. */
  readonly name: string
  readonly source: 'profile' | 'config' | 'environment'
}

/** A provider that is configured, or known and has a key. */
export interface ProviderFacts {
  readonly id: string
  /** First one first. */
  readonly keys: readonly ProviderKey[]
  /** It refuses to answer without a key, and there is none. */
  readonly isKeyMissing: boolean
  /** The variable to set for a key. */
  readonly keyVariable: string
}

export interface ProviderKeys {
  keysOf(provider: string): readonly ProviderKey[]
  /** In the order of the configuration. */
  providers(): readonly ProviderFacts[]
}
