import type { ModelCatalog } from '../../domain/model/catalog.js'
import { formatModelRef } from '../../domain/model/model-ref.js'
import { type CarryOut, reply } from './command-order.js'

const MOST_SHOWN = 50

/** `/models` and `/model list` */
export const models: CarryOut = (_order, { catalog }) => reply(modelList(catalog()))

function modelList(catalog: ModelCatalog): string {
  const lines = catalog.allowed.map(({ provider, id }) => {
    const alias = catalog.aliasOf({ provider, model: id })
    return `${formatModelRef({ provider, model: id })}${alias === undefined ? '' : ` (${alias})`}`
  })
  if (lines.length === 0) return 'No models are listed; /model provider/model takes any.'
  const more = lines.length > MOST_SHOWN ? [`and ${lines.length - MOST_SHOWN} more`] : []
  return [...lines.slice(0, MOST_SHOWN), ...more].join('\n')
}
