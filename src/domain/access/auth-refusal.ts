import type { SecretRefusalReason } from './shared-secret.js'
import { TAILNET_REFUSALS, type TailnetRefusalReason } from './tailnet-identity.js'
import { PROXY_REFUSALS, type ProxyRefusalReason } from './trusted-proxy.js'

/** Why a caller is not let in; the values travel in `details.authReason`. */
export type AuthRefusalReason =
  | SecretRefusalReason
  | TailnetRefusalReason
  | ProxyRefusalReason
  | 'device_token_mismatch'
  | 'rate_limited'

const SENTENCES: Readonly<Record<AuthRefusalReason, string>> = {
  token_missing: 'unauthorized: gateway token missing (send auth.token)',
  token_mismatch: 'unauthorized: gateway token mismatch (send the token this gateway is configured with)',
  token_missing_config: 'unauthorized: gateway token not configured (set gateway.auth.token)',
  password_missing: 'unauthorized: gateway password missing (send auth.password)',
  password_mismatch: 'unauthorized: gateway password mismatch (send the password this gateway is configured with)',
  password_missing_config: 'unauthorized: gateway password not configured (set gateway.auth.password)',
  device_token_mismatch: 'unauthorized: device token mismatch (pair this device again or send the gateway token)',
  rate_limited: 'unauthorized: too many failed authentication attempts',
  ...sentencesOf(TAILNET_REFUSALS),
  ...sentencesOf(PROXY_REFUSALS),
}

const CODES: Readonly<Record<AuthRefusalReason, string>> = {
  token_missing: 'AUTH_TOKEN_MISSING',
  token_mismatch: 'AUTH_TOKEN_MISMATCH',
  token_missing_config: 'AUTH_TOKEN_NOT_CONFIGURED',
  password_missing: 'AUTH_PASSWORD_MISSING',
  password_mismatch: 'AUTH_PASSWORD_MISMATCH',
  password_missing_config: 'AUTH_PASSWORD_NOT_CONFIGURED',
  device_token_mismatch: 'AUTH_DEVICE_TOKEN_MISMATCH',
  rate_limited: 'AUTH_RATE_LIMITED',
  ...codesOf(TAILNET_REFUSALS),
  ...codesOf(PROXY_REFUSALS),
}

/** Sentence and details of a refusal, as clients match them. */
export function authRefusal(
  reason: AuthRefusalReason,
  retryAfterMs?: number,
): {
  readonly message: string
  readonly details: { code: string; authReason: string }
} {
  const wait = retryAfterMs === undefined ? '' : ` (try again in ${Math.ceil(retryAfterMs / 1000)} s)`
  return { message: `${SENTENCES[reason]}${wait}`, details: { code: CODES[reason], authReason: reason } }
}

type Refusals<Reason extends string> = Readonly<Record<Reason, { readonly message: string; readonly code: string }>>

function sentencesOf<Reason extends string>(refusals: Refusals<Reason>): Record<Reason, string> {
  return pick(refusals, 'message')
}

function codesOf<Reason extends string>(refusals: Refusals<Reason>): Record<Reason, string> {
  return pick(refusals, 'code')
}

function pick<Reason extends string>(refusals: Refusals<Reason>, key: 'message' | 'code'): Record<Reason, string> {
  const pairs = Object.entries<{ readonly message: string; readonly code: string }>(refusals)
  return Object.fromEntries(pairs.map(([reason, refusal]) => [reason, refusal[key]])) as Record<Reason, string>
}
