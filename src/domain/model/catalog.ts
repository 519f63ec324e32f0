import type { ModelChoice } from '../config/agent-directory.js'
import type { GatewayConfig } from '../config/config.js'
import { nearestKey } from '../config/nearest-key.js'
import type { ModelPrice } from './cost.js'
import { foldedRef, formatModelRef, readModelRef } from './model-ref.js'

/** What is known about a model. */
export interface CatalogModel {
  readonly id: string
  readonly name: string
  readonly provider: string
  /** Tokens. */
  readonly contextWindow?: number
  readonly reasoning?: boolean
  /** Absent: nobody said. */
  readonly input?: readonly string[]
  /** Longest answer in tokens. */
  readonly maxTokens?: number
  readonly cost?: ModelPrice
}

/** Who is known, and what was configured. */
export interface CatalogSources {
  readonly config: Pick<GatewayConfig, 'agents' | 'models'>
  /** Models of the providers that can answer, in the order in which they are shown. */
  readonly known: readonly CatalogModel[]
  /** Providers that can answer, also where no model of theirs is listed. */
  readonly providers?: readonly string[]
}

/** What a word of somebody stands for, or why it stands for nothing. */
export type ResolvedModel =
  | { readonly ok: true; readonly model: ModelChoice }
  | { readonly ok: false; readonly message: string }

type ModelSettings = GatewayConfig['agents']['defaults']['models'][string]

/**
 * The models of one configuration snapshot: what there is, what people may choose, and by which names.
 * A non-empty `agents.defaults.models` is the list of what may be chosen; what agents answer with by themselves is
 * the operator's choice and needs no leave.
 */
export class ModelCatalog {
  /** Everything that is known. */
  readonly models: readonly CatalogModel[]
  readonly #byRef: ReadonlyMap<string, CatalogModel>
  readonly #settings: ReadonlyMap<string, { readonly ref: ModelChoice; readonly settings: ModelSettings }>
  readonly #aliases: ReadonlyMap<string, ModelChoice>
  readonly #providers: ReadonlyMap<string, string>
  /** Models that the configuration lists without saying what they take: text, as documented. */
  readonly #textOnly: ReadonlySet<string>

  constructor({ config, known, providers = [] }: CatalogSources) {
    this.models = known
    this.#providers = new Map(
      [...Object.keys(config.agents.defaults.cliBackends), ...providers, ...known.map(({ provider }) => provider)]
        .concat(Object.keys(config.models.providers))
        .map((id) => [id.toLowerCase(), id]),
    )
    this.#byRef = new Map(known.map((model) => [foldedRef({ provider: model.provider, model: model.id }), model]))
    const written = Object.entries(config.agents.defaults.models).flatMap(([text, settings]) => {
      const ref = readModelRef(text)
      return ref === null ? [] : [{ ref: this.spelled(ref), settings }]
    })
    this.#settings = new Map(written.map((entry) => [foldedRef(entry.ref), entry]))
    this.#aliases = new Map(
      written.flatMap(({ ref, settings }) => {
        const alias = settings.alias?.trim().toLowerCase() ?? ''
        return alias === '' ? [] : [[alias, ref]]
      }),
    )
    this.#textOnly = new Set(
      Object.entries(config.models.providers).flatMap(([provider, { models = [] }]) =>
        models.filter(({ input }) => input === undefined).map(({ id }) => foldedRef({ provider, model: id })),
      ),
    )
  }

  /** What people may choose, in the order of the list that allows it; everything when nothing on that list can answer. */
  get allowed(): readonly CatalogModel[] {
    const listed = [...this.#settings.values()].flatMap(({ ref }) => {
      if (!this.#providers.has(ref.provider.toLowerCase())) return []
      return this.find(ref) ?? { id: ref.model, name: ref.model, provider: ref.provider }
    })
    return listed.length === 0 ? this.models : listed
  }

  find(ref: ModelChoice): CatalogModel | undefined {
    return this.#byRef.get(foldedRef(ref))
  }

  /** Whether people may choose it. */
  isAllowed(ref: ModelChoice): boolean {
    if (this.#settings.size > 0) return this.#settings.has(foldedRef(ref))
    return this.models.length === 0 || this.find(ref) !== undefined || this.#isUnlisted(ref.provider)
  }

  /** Short name of a model, as it is configured. */
  aliasOf(ref: ModelChoice): string | undefined {
    return this.#settings.get(foldedRef(ref))?.settings.alias
  }

  /** Short names and what they stand for. */
  get aliases(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#settings.values()].flatMap(({ ref, settings }) =>
        settings.alias === undefined ? [] : [[settings.alias, formatModelRef(ref)]],
      ),
    )
  }

  /** `agents.defaults.models.<ref>.params`. */
  paramsOf(ref: ModelChoice): Readonly<Record<string, unknown>> | undefined {
    return this.#settings.get(foldedRef(ref))?.settings.params
  }

  /** Whether a model can look at pictures; where nobody said, it is believed to. */
  takesPictures(ref: ModelChoice): boolean {
    if (this.#textOnly.has(foldedRef(ref))) return false
    return this.find(ref)?.input?.includes('image') ?? true
  }

  /** The same model in the spelling that is known; the provider's name at least. */
  spelled(ref: ModelChoice): ModelChoice {
    const known = this.find(ref)
    if (known !== undefined) return { provider: known.provider, model: known.id }
    return { provider: this.#providers.get(ref.provider.toLowerCase()) ?? ref.provider, model: ref.model }
  }

  /**
   * What somebody means by a word: an alias, `provider/model`, or the id or name of one model.
   * @param standard what the agent answers with by itself: always allowed, and its provider is preferred for bare names
   */
  resolve(word: string, standard: ModelChoice): ResolvedModel {
    const text = word.trim()
    if (text === '') return { ok: false, message: 'invalid model: empty' }
    const meant = this.#aliases.get(text.toLowerCase()) ?? this.#named(text, standard)
    if (foldedRef(meant) === foldedRef(standard)) return { ok: true, model: standard }
    if (this.isAllowed(meant)) return { ok: true, model: this.spelled(meant) }
    return { ok: false, message: `model not allowed: ${formatModelRef(meant)}${this.#hint(text, meant)}` }
  }

  #named(text: string, standard: ModelChoice): ModelChoice {
    const ref = readModelRef(text)
    if (ref !== null && this.#providers.has(ref.provider.toLowerCase())) return this.spelled(ref)
    const folded = text.toLowerCase()
    const byId = this.allowed.filter(({ id }) => id.toLowerCase() === folded)
    const candidates = byId.length > 0 ? byId : this.allowed.filter(({ name }) => name.toLowerCase() === folded)
    const one = candidates.find(({ provider }) => provider === standard.provider) ?? candidates[0]
    if (one !== undefined) return { provider: one.provider, model: one.id }
    return ref ?? { provider: standard.provider, model: text }
  }

  /** A provider that answers, of whose models nobody made a list. */
  #isUnlisted(provider: string): boolean {
    const folded = provider.toLowerCase()
    return this.#providers.has(folded) && !this.models.some((model) => model.provider.toLowerCase() === folded)
  }

  #hint(text: string, meant: ModelChoice): string {
    const refs = this.allowed.map(({ provider, id }) => formatModelRef({ provider, model: id }))
    const near = nearestKey(formatModelRef(meant), refs) ?? nearestKey(text, [...this.#aliases.keys()])
    return near === null ? '' : ` (did you mean ${near}?)`
  }
}
