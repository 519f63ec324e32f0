/** What a path asks for: a page or asset by its names from the root down, the mount point with its slash, or nothing. */
export type UiTarget =
  | { readonly kind: 'file'; readonly names: readonly string[] }
  | { readonly kind: 'mount' }
  | { readonly kind: 'nothing' }

const NOTHING: UiTarget = { kind: 'nothing' }

/** No name of anything that is served holds a separator or a control character, or is hidden. */
const FOREIGN = /^\.|[/\\\p{Cc}]/u

const ASSET =
  /\.(?:js|mjs|css|json|map|webmanifest|txt|html?|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|wasm|mp[34])$/i

/**
 * Finds out what a path means to the Control UI.
 * @param path of the URL, still encoded
 * @param basePath empty, or `/x/y`
 */
export function uiTarget(path: string, basePath: string): UiTarget {
  if (basePath !== '' && path === basePath) return { kind: 'mount' }
  if (!path.startsWith(`${basePath}/`)) return NOTHING
  if (basePath === '' && /^\/ui(?:\/|$)/.test(path)) return NOTHING
  const names = path.slice(basePath.length + 1).split('/')
  if (names.at(-1) === '') names.pop()
  const decoded = names.map(decodedName)
  return decoded.every((name) => name !== null) ? { kind: 'file', names: decoded } : NOTHING
}

/** Whether it is an asset that is there or not; everything else may be a place inside the UI. */
export function isAsset(names: readonly string[]): boolean {
  return ASSET.test(names.at(-1) ?? '')
}

/** Null for what is no UTF-8 or cannot name a file that is served. */
function decodedName(encoded: string): string | null {
  try {
    const name = decodeURIComponent(encoded)
    return name === '' || FOREIGN.test(name) ? null : name
  } catch {
    return null
  }
}
