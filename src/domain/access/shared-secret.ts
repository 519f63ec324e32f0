/** How clients prove themselves. */
export type AuthMode = 'token' | 'password' | 'trusted-proxy' | 'none'

/** The gateway's own side of the proof. */
export interface SharedSecret {
  readonly mode: AuthMode
  readonly token?: string
  /** As configured: the password itself, or a hash of it. */
  readonly password?: string
  /**
   * What clients of this machine may show as a token in every mode but `none`: the configuration may hold nothing that
   * they could show, but a hashed password or a proxy that vouches. Lives as long as the process.
   */
  readonly localPass?: string
}

/** The secret that clients show under these settings; null when they show none. */
export function secretShown(secret: SharedSecret): string | null {
  if (secret.mode === 'token') return secret.token ?? null
  return secret.mode === 'password' ? (secret.password ?? null) : null
}

/** What a client sent as `auth`. */
export interface GivenAuth {
  readonly token?: string | undefined
  readonly deviceToken?: string | undefined
  readonly password?: string | undefined
}

export type SecretRefusalReason =
  | 'token_missing'
  | 'token_mismatch'
  | 'token_missing_config'
  | 'password_missing'
  | 'password_mismatch'
  | 'password_missing_config'

/**
 * What there is to compare: nothing because nobody has to prove anything (`open`), nothing because a part is missing
 * (`refused`), or a secret that was shown and the one that is expected.
 */
export type SecretQuestion =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly reason: SecretRefusalReason }
  | { readonly kind: 'compare'; readonly with: 'token' | 'password'; readonly shown: string; readonly expected: string }

/** What must be compared to judge the shared secret of a caller. Not asked in mode `trusted-proxy`. */
export function secretQuestion(secret: SharedSecret, given: GivenAuth): SecretQuestion {
  if (secret.mode === 'none' || secret.mode === 'trusted-proxy') return { kind: 'open' }
  const { mode } = secret
  const expected = secret[mode]
  const shown = given[mode]
  if (expected === undefined || expected === '') return { kind: 'refused', reason: `${mode}_missing_config` }
  if (shown === undefined || shown === '') return { kind: 'refused', reason: `${mode}_missing` }
  return { kind: 'compare', with: mode, shown, expected }
}
