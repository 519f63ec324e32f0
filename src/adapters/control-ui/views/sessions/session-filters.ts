import { linkTo } from '../../router/route.js'

/** What the list of sessions shows, as its address says it; empty words = everything. */
export interface SessionFilters {
  readonly search: string
  readonly agent: string
  readonly kind: string
  /** Minutes, as a word. */
  readonly active: string
}

const NAMES = ['search', 'agent', 'kind', 'active'] as const

export function filtersOf(query: URLSearchParams): SessionFilters {
  const [search, agent, kind, active] = NAMES.map((name) => query.get(name) ?? '')
  return { search: search ?? '', agent: agent ?? '', kind: kind ?? '', active: active ?? '' }
}

/** The address of the list with these filters. */
export function linkToFiltered(filters: SessionFilters): string {
  const query = new URLSearchParams(NAMES.flatMap((name) => (filters[name] === '' ? [] : [[name, filters[name]]])))
  const words = query.toString()
  return linkTo('sessions') + (words === '' ? '' : `?${words}`)
}
