import type { ThinkingLevel } from '../session/levels.js'
import type { CatalogModel } from './catalog.js'

/**
 * How much a model shall think where neither the run nor the session says so: `agents.defaults.thinkingDefault`, else a
 * little for models that are known to reason. Undefined: nothing is said, and the model does as it is used to.
 */
export function standardThinking(
  configured: ThinkingLevel | undefined,
  model: Pick<CatalogModel, 'reasoning'> | undefined,
): ThinkingLevel | undefined {
  if (configured !== undefined) return configured
  return model?.reasoning === true ? 'low' : undefined
}
