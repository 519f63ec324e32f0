/** Why the identity that a proxy vouches for does not count; the values travel in `details.authReason`. */
export type ProxyRefusalReason =
  | 'trusted_proxy_untrusted_source'
  | 'trusted_proxy_header_missing'
  | 'trusted_proxy_user_missing'
  | 'trusted_proxy_user_ambiguous'
  | 'trusted_proxy_user_not_allowed'

/** Sentence and code of each refusal, as clients match them. */
export const PROXY_REFUSALS: Readonly<Record<ProxyRefusalReason, { readonly message: string; readonly code: string }>> =
  {
    trusted_proxy_untrusted_source: {
      message: 'unauthorized: not through a trusted proxy (gateway.trustedProxies names who may vouch)',
      code: 'AUTH_UNAUTHORIZED',
    },
    trusted_proxy_header_missing: {
      message: 'unauthorized: the proxy left out a required header (gateway.auth.trustedProxy.requiredHeaders)',
      code: 'AUTH_UNAUTHORIZED',
    },
    trusted_proxy_user_missing: {
      message: 'unauthorized: the proxy named no user (gateway.auth.trustedProxy.userHeader)',
      code: 'AUTH_UNAUTHORIZED',
    },
    trusted_proxy_user_ambiguous: {
      message: 'unauthorized: the proxy named more than one user, or passed on what the client wrote',
      code: 'AUTH_UNAUTHORIZED',
    },
    trusted_proxy_user_not_allowed: {
      message: 'unauthorized: this user may not come in (gateway.auth.trustedProxy.allowUsers)',
      code: 'AUTH_UNAUTHORIZED',
    },
  }

/** `gateway.auth.trustedProxy`. */
export interface ProxyIdentityRules {
  readonly userHeader?: string | undefined
  readonly requiredHeaders: readonly string[]
  /** Empty = all. */
  readonly allowUsers: readonly string[]
}

export type ProxyVerdict =
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'refused'; readonly reason: ProxyRefusalReason }

/**
 * Who a proxy says is there. Headers count only when the TCP peer is a trusted proxy that left no doubt about its client.
 * @param headers names in lower case, repeated values joined by `, `
 */
export function judgeProxyIdentity(
  headers: ReadonlyMap<string, string>,
  seen: { readonly viaProxy: boolean; readonly isAmbiguous: boolean },
  rules: ProxyIdentityRules,
): ProxyVerdict {
  if (!seen.viaProxy) return { kind: 'refused', reason: 'trusted_proxy_untrusted_source' }
  if (seen.isAmbiguous) return { kind: 'refused', reason: 'trusted_proxy_user_ambiguous' }
  if (!rules.requiredHeaders.every((name) => isSaid(headers, name))) {
    return { kind: 'refused', reason: 'trusted_proxy_header_missing' }
  }
  const user = rules.userHeader === undefined ? '' : (headers.get(rules.userHeader.toLowerCase()) ?? '').trim()
  if (user === '') return { kind: 'refused', reason: 'trusted_proxy_user_missing' }
  if (user.includes(',')) return { kind: 'refused', reason: 'trusted_proxy_user_ambiguous' }
  const isAllowed = rules.allowUsers.length === 0 || rules.allowUsers.some((allowed) => fold(allowed) === fold(user))
  return isAllowed ? { kind: 'user', user } : { kind: 'refused', reason: 'trusted_proxy_user_not_allowed' }
}

function isSaid(headers: ReadonlyMap<string, string>, name: string): boolean {
  return (headers.get(name.toLowerCase()) ?? '').trim() !== ''
}

/** Identities are mail addresses or login names; both are compared without regard to case. */
function fold(user: string): string {
  return user.trim().toLowerCase()
}
