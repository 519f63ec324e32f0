import { ModelCatalog } from '../../domain/model/catalog.js'
import type { AgentRunner } from '../ports/agent-runner.js'
import type { ProviderKeys } from '../ports/provider-keys.js'
import type { LiveConfig } from '../reload/live-config.js'

/** The catalog of the snapshot in force, made when it is first asked for. */
export class LiveCatalog {
  readonly #live: LiveConfig
  readonly #runner: Pick<AgentRunner, 'models'>
  readonly #keys: Pick<ProviderKeys, 'providers'>
  #kept: { readonly version: number; readonly catalog: ModelCatalog } | undefined

  constructor(live: LiveConfig, runner: Pick<AgentRunner, 'models'>, keys: Pick<ProviderKeys, 'providers'>) {
    this.#live = live
    this.#runner = runner
    this.#keys = keys
  }

  get current(): ModelCatalog {
    const { version, config } = this.#live
    if (this.#kept?.version !== version) this.#kept = { version, catalog: this.#make(config) }
    return this.#kept.catalog
  }

  /** The providers were replaced within a snapshot. */
  expire(): void {
    this.#kept = undefined
  }

  #make(config: LiveConfig['config']): ModelCatalog {
    const providers = this.#keys.providers().map(({ id }) => id)
    return new ModelCatalog({ config, known: this.#runner.models(), providers })
  }
}
