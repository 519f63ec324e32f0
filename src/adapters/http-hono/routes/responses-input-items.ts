import { OpenAiRefusal } from '../../../domain/openai/openai-refusal.js'

type Item = Readonly<Record<string, unknown>>

export interface ItemPage {
  readonly object: 'list'
  readonly data: readonly Item[]
  readonly first_id: string | null
  readonly last_id: string | null
  readonly has_more: boolean
}

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 100

/** One page of what a response answers. `items` are oldest first; without `order=asc` the page begins with the newest. */
export function responsesInputItems(items: readonly Item[], query: Readonly<Record<string, string>>): ItemPage {
  const limit = limitOf(query.limit)
  const ordered = query.order === 'asc' ? items : items.toReversed()
  const after = query.after === undefined ? 0 : ordered.findIndex(({ id }) => id === query.after) + 1
  const data = ordered.slice(after, after + limit)
  return {
    object: 'list',
    data,
    first_id: idOf(data[0]),
    last_id: idOf(data.at(-1)),
    has_more: after + limit < ordered.length,
  }
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit
  throw new OpenAiRefusal('invalid_request', `limit: expected a whole number from 1 to ${MAX_LIMIT}`, 'limit')
}

function idOf(item: Item | undefined): string | null {
  return typeof item?.id === 'string' ? item.id : null
}
