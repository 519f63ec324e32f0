import { isLoopbackName } from './origin.js'

/** Why an identity given by Tailscale does not count; the values travel in `details.authReason`. */
export type TailnetRefusalReason =
  | 'tailscale_user_missing'
  | 'tailscale_proxy_missing'
  | 'tailscale_whois_failed'
  | 'tailscale_user_mismatch'

/**
 * What a request claims about its place in the tailnet. `none`: nothing, so other credentials decide alone. `claimed`: a
 * claim and no more; it counts once `whois` of the address names the same login.
 */
export type TailnetClaim =
  | { readonly kind: 'none' }
  | { readonly kind: 'claimed'; readonly login: string; readonly address: string }
  | { readonly kind: 'refused'; readonly reason: 'tailscale_user_missing' | 'tailscale_proxy_missing' }

/** Sentence and code of each refusal, as clients match them. */
export const TAILNET_REFUSALS: Readonly<
  Record<TailnetRefusalReason, { readonly message: string; readonly code: string }>
> = {
  tailscale_user_missing: {
    message: 'unauthorized: tailscale identity missing (a funnel or a tagged device has none; send auth.token)',
    code: 'AUTH_TAILSCALE_IDENTITY_MISSING',
  },
  tailscale_proxy_missing: {
    message: 'unauthorized: tailscale proxy headers missing (come in through tailscale serve)',
    code: 'AUTH_TAILSCALE_PROXY_MISSING',
  },
  tailscale_whois_failed: {
    message: 'unauthorized: tailscale identity check failed (whois does not know this address)',
    code: 'AUTH_TAILSCALE_WHOIS_FAILED',
  },
  tailscale_user_mismatch: {
    message: 'unauthorized: tailscale identity mismatch (whois names somebody else)',
    code: 'AUTH_TAILSCALE_IDENTITY_MISMATCH',
  },
}

const LOGIN = 'tailscale-user-login'
const MARKS = ['tailscale-funnel-request', 'tailscale-headers-info'] as const

/**
 * Reads the claim that `tailscale serve` puts into the headers of a request. It proxies from this very machine, so from
 * any other address the headers mean nothing. It removes what the client wrote into them and names exactly one address;
 * a request with several hops, or with none, did not come straight from it.
 * @param peerAddress of the TCP connection, never taken from a header
 * @param headers names in lower case
 */
export function tailnetClaim(peerAddress: string, headers: ReadonlyMap<string, string>): TailnetClaim {
  if (!isLoopbackName(peerAddress)) return { kind: 'none' }
  const login = headers.get(LOGIN)?.trim() ?? ''
  if (login === '') {
    return cameThroughTailscale(headers) ? { kind: 'refused', reason: 'tailscale_user_missing' } : { kind: 'none' }
  }
  const address = headers.get('x-forwarded-for')?.trim() ?? ''
  const proxied = headers.has('x-forwarded-proto') && headers.has('x-forwarded-host') && isRemoteAddress(address)
  return proxied ? { kind: 'claimed', login, address } : { kind: 'refused', reason: 'tailscale_proxy_missing' }
}

/** Null when the claim is true. Logins are compared without regard to case. `user`: what `whois` of the address said. */
export function judgeWhois(
  claimedLogin: string,
  user: { readonly login: string } | null,
): 'tailscale_whois_failed' | 'tailscale_user_mismatch' | null {
  if (user === null || user.login.trim() === '') return 'tailscale_whois_failed'
  return fold(user.login) === fold(claimedLogin) ? null : 'tailscale_user_mismatch'
}

/** Any other proxy on this machine leaves none of these marks, and is no business of Tailscale's. */
function cameThroughTailscale(headers: ReadonlyMap<string, string>): boolean {
  if (headers.has(LOGIN) || MARKS.some((name) => headers.has(name))) return true
  const host = (headers.get('x-forwarded-host') ?? '').trim().toLowerCase()
  return headers.has('x-forwarded-for') && /\.ts\.net(?::\d+)?$/.test(host)
}

function isRemoteAddress(text: string): boolean {
  return /^(?=.*[.:])[0-9a-f][0-9a-f.:]*$|^::[0-9a-f.:]*$/i.test(text) && !isLoopbackName(text)
}

function fold(login: string): string {
  return login.trim().toLowerCase()
}
