import type { ModelCatalog } from '../../domain/model/catalog.js'

/** What `models.list` shows of the models that may be chosen. */
export function listedModels(catalog: ModelCatalog): readonly object[] {
  return catalog.allowed.map(({ id, name, provider, contextWindow, reasoning, input }) => ({
    id,
    name,
    provider,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(input === undefined ? {} : { input }),
  }))
}
