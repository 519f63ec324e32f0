import type { ProviderFacts, ProviderKey, ProviderKeys } from '../../application/ports/provider-keys.js'
import { needsKey } from './provider-keys.js'
import type { Provider, ProviderTable } from './provider-table.js'

/** The keys of a provider table, by name. */
export class TableKeys implements ProviderKeys {
  #table: ProviderTable

  constructor(table: ProviderTable) {
    this.#table = table
  }

  /** Tells about another table from now on. */
  use(table: ProviderTable): void {
    this.#table = table
  }

  keysOf(provider: string): readonly ProviderKey[] {
    const known = this.#table.providers.get(provider)
    return known === undefined ? [] : namesOf(known)
  }

  providers(): readonly ProviderFacts[] {
    return [...this.#table.providers.values()].map((provider) => ({
      id: provider.id,
      keys: namesOf(provider),
      isKeyMissing: needsKey(provider),
      keyVariable: provider.keyVariable,
    }))
  }
}

function namesOf({ keys }: Provider): readonly ProviderKey[] {
  return keys.map(({ name, source }) => ({ name, source }))
}
