/**
 * The token a link brought along in its fragment (`#token=…`), as `mayros dashboard` makes them. It is taken out of the
 * address, so that neither history nor a copied address holds it.
 */
export function tokenOfLink(): string | null {
  const { hash, pathname, search } = window.location
  const token = new URLSearchParams(hash.slice(1)).get('token')
  if (token === null) return null
  history.replaceState(null, '', pathname + search)
  return token
}
