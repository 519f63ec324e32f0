/** How clients prove themselves. */
export type AuthMode = 'token' | 'password' | 'none'

/** The gateway's own side of the proof. */
export interface SharedSecret {
  readonly mode: AuthMode
  readonly token?: string
  readonly password?: string
}

/** The secret that clients show under these settings; null when they show none. */
export function secretShown(secret: SharedSecret): string | null {
  if (secret.mode === 'none') return null
  return (secret.mode === 'token' ? secret.token : secret.password) ?? null
}

/** What a client sent as `auth`. */
export interface GivenAuth {
  readonly token?: string | undefined
  readonly deviceToken?: string | undefined
  readonly password?: string | undefined
}

export type AuthRefusalReason =
  | 'token_missing'
  | 'token_mismatch'
  | 'token_missing_config'
  | 'password_missing'
  | 'password_mismatch'
  | 'password_missing_config'

/** `proven`: the secret was shown. `open`: nobody has to show one, which proves nothing. */
export type SharedSecretVerdict =
  | { readonly kind: 'proven' }
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly reason: AuthRefusalReason }

/**
 * Judges the shared secret of a `connect`.
 * @param equal compares in constant time
 */
export function judgeSharedSecret(
  secret: SharedSecret,
  given: GivenAuth,
  equal: (given: string, expected: string) => boolean,
): SharedSecretVerdict {
  if (secret.mode === 'none') return { kind: 'open' }
  const expected = secret.mode === 'token' ? secret.token : secret.password
  const shown = secret.mode === 'token' ? given.token : given.password
  if (expected === undefined || expected === '') return { kind: 'refused', reason: `${secret.mode}_missing_config` }
  if (shown === undefined || shown === '') return { kind: 'refused', reason: `${secret.mode}_missing` }
  return equal(shown, expected) ? { kind: 'proven' } : { kind: 'refused', reason: `${secret.mode}_mismatch` }
}

const SENTENCES: Readonly<Record<AuthRefusalReason, string>> = {
  token_missing: 'unauthorized: gateway token missing (send auth.token)',
  token_mismatch: 'unauthorized: gateway token mismatch (send the token this gateway is configured with)',
  token_missing_config: 'unauthorized: gateway token not configured (set gateway.auth.token)',
  password_missing: 'unauthorized: gateway password missing (send auth.password)',
  password_mismatch: 'unauthorized: gateway password mismatch (send the password this gateway is configured with)',
  password_missing_config: 'unauthorized: gateway password not configured (set gateway.auth.password)',
}

const CODES: Readonly<Record<AuthRefusalReason, string>> = {
  token_missing: 'AUTH_TOKEN_MISSING',
  token_mismatch: 'AUTH_TOKEN_MISMATCH',
  token_missing_config: 'AUTH_TOKEN_NOT_CONFIGURED',
  password_missing: 'AUTH_PASSWORD_MISSING',
  password_mismatch: 'AUTH_PASSWORD_MISMATCH',
  password_missing_config: 'AUTH_PASSWORD_NOT_CONFIGURED',
}

/** Sentence and details of a refused shared secret, as clients match them. */
export function authRefusal(reason: AuthRefusalReason): {
  readonly message: string
  readonly details: { code: string; authReason: string }
} {
  return { message: SENTENCES[reason], details: { code: CODES[reason], authReason: reason } }
}
