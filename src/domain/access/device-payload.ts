/** The facts a device signs, as sent in `connect`. */
export interface DeviceClaims {
  readonly deviceId: string
  readonly clientId: string
  readonly clientMode: string
  readonly role: string
  /** Exactly as sent, in order. */
  readonly scopes: readonly string[]
  readonly signedAt: number
  /** `auth.token` if that key is present, else `auth.deviceToken`, else empty. */
  readonly token: string
  readonly nonce: string
}

/** The text under a device's signature, version 2: nine fields joined by `|`. */
export function devicePayload(claims: DeviceClaims): string {
  return [
    'v2',
    claims.deviceId,
    claims.clientId,
    claims.clientMode,
    claims.role,
    claims.scopes.join(','),
    String(claims.signedAt),
    claims.token,
    claims.nonce,
  ].join('|')
}
