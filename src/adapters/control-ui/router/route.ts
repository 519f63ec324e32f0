/** Where the page is: `<base>/sessions/agent%3Amain%3Amain?x=1` is the view `sessions` with one part. */
export interface Route {
  /** Name of the view; empty at the base path itself. */
  readonly view: string
  /** What follows the view, decoded. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
}

/** Path under which the gateway serves this page: empty, or `/x/y`. */
export const basePath: string = readBasePath()

/** The address of a view, for `href` and `navigate`. */
export function linkTo(view: string, ...parts: readonly string[]): string {
  return [basePath, view, ...parts.map(encodeURIComponent)].join('/')
}

/** Goes to an address of this page without loading it anew; the back button comes back. */
export function navigate(href: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', href)
  else history.replaceState(null, '', href)
  window.dispatchEvent(new PopStateEvent('popstate'))
}

/** Where the page is now. */
export function currentRoute(): Route {
  const { pathname, search } = window.location
  const [view = '', ...parts] = pathname.slice(basePath.length).split('/').filter(Boolean).map(decoded)
  return { view, parts, query: new URLSearchParams(search) }
}

/** The page as built holds a place for the base path; without a gateway that fills it there is none. */
function readBasePath(): string {
  const told = document.querySelector<HTMLMetaElement>('meta[name="mayros-base-path"]')?.content ?? ''
  return told.startsWith('/__mayros') ? '' : told
}

/** People type addresses; a broken escape stays as it was typed. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (thrown) {
    if (thrown instanceof URIError) return part
    throw thrown
  }
}
