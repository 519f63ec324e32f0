import type { ModelChoice } from '../config/agent-directory.js'
import type { AgentProfile } from '../config/agents.js'
import type { GatewayConfig } from '../config/config.js'
import { modelBehind } from '../config/model-alias.js'
import type { ModelCatalog } from './catalog.js'
import { foldedRef, formatModelRef, readModelRef } from './model-ref.js'

/** Who has a say in what answers a message; the first one counts. */
export interface ModelWishes {
  /** Said for this run alone: an alias, `provider/model`, an id or a name. */
  readonly run?: string
  /** Chosen for the session. */
  readonly session?: ModelChoice
  readonly agent: Pick<AgentProfile, 'model' | 'fallbackModels'>
  /** Answers where nobody configured a model. */
  readonly standard: ModelChoice
  /** Whether the message has pictures. */
  readonly needsPictures: boolean
}

/** Who answers, and who answers when that one cannot; or why nobody may. */
export type ChosenModels =
  | {
      readonly ok: true
      readonly primary: ModelChoice
      /** In the order in which they are tried; neither the primary nor any other twice. */
      readonly fallbacks: readonly ModelChoice[]
      /** Why the session's own choice was passed over, where it was. */
      readonly passedOver?: string
    }
  | { readonly ok: false; readonly message: string }

/**
 * Decides what answers a message. What is wished for replaces the primary model only: fallbacks stay those of the
 * agent. `agents.defaults.imageModel` steps in for a primary that cannot look at the pictures of a message.
 * A wish for one run is refused when it is not allowed; a session's old choice that is not allowed any more is passed
 * over.
 */
export function chooseModel(
  wishes: ModelWishes,
  config: Pick<GatewayConfig, 'agents'>,
  catalog: ModelCatalog,
): ChosenModels {
  const own = readRef(wishes.agent.model, config, catalog) ?? wishes.standard
  const wished = wishedModel(wishes, own, catalog)
  if (!wished.ok) return wished
  const fallbacks = (wishes.agent.fallbackModels ?? []).flatMap((text) => readRef(text, config, catalog) ?? [])
  const passedOver = wished.passedOver === undefined ? {} : { passedOver: wished.passedOver }
  const sighted = wishes.needsPictures && !catalog.takesPictures(wished.model) ? imageModels(config, catalog) : null
  if (sighted === null) return { ok: true, ...inOrder([wished.model, ...fallbacks]), ...passedOver }
  const others = sighted.fallbacks ?? fallbacks.filter((model) => catalog.takesPictures(model))
  return { ok: true, ...inOrder([sighted.primary, ...others]), ...passedOver }
}

type Wished =
  | { readonly ok: true; readonly model: ModelChoice; readonly passedOver?: string }
  | { readonly ok: false; readonly message: string }

function wishedModel({ run, session }: ModelWishes, own: ModelChoice, catalog: ModelCatalog): Wished {
  if (run !== undefined && run.trim() !== '') return catalog.resolve(run, own)
  if (session === undefined) return { ok: true, model: own }
  const resolved = catalog.resolve(formatModelRef(session), own)
  return resolved.ok ? resolved : { ok: true, model: own, passedOver: resolved.message }
}

/** Null: none is configured. Without a list of its own it takes those of the agent's fallbacks that can see. */
function imageModels(
  config: Pick<GatewayConfig, 'agents'>,
  catalog: ModelCatalog,
): { readonly primary: ModelChoice; readonly fallbacks: readonly ModelChoice[] | null } | null {
  const setting = config.agents.defaults.imageModel
  if (setting === undefined) return null
  const { primary, fallbacks } = typeof setting === 'string' ? { primary: setting, fallbacks: undefined } : setting
  const first = readRef(primary, config, catalog)
  const others = fallbacks?.flatMap((text) => readRef(text, config, catalog) ?? []) ?? null
  if (first !== null) return { primary: first, fallbacks: others }
  const [next, ...rest] = others ?? []
  return next === undefined ? null : { primary: next, fallbacks: rest }
}

function readRef(
  text: string | undefined,
  config: Pick<GatewayConfig, 'agents'>,
  catalog: ModelCatalog,
): ModelChoice | null {
  const ref = text === undefined ? null : readModelRef(modelBehind(text, config))
  return ref === null ? null : catalog.spelled(ref)
}

function inOrder(models: readonly [ModelChoice, ...ModelChoice[]]): {
  readonly primary: ModelChoice
  readonly fallbacks: readonly ModelChoice[]
} {
  const [primary, ...others] = models
  const seen = new Set([foldedRef(primary)])
  const fallbacks = others.filter((model) => {
    const ref = foldedRef(model)
    return !seen.has(ref) && seen.add(ref) !== undefined
  })
  return { primary, fallbacks }
}
