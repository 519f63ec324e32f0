/** What let a client in. A connection ends with it. */
export type Proof =
  /** It showed this shared secret (the configured text, which may be a hash). */
  | { readonly kind: 'secret'; readonly secret: string }
  /** Nobody has to prove anything here. */
  | { readonly kind: 'open' }
  /** A trusted proxy vouches for this user. */
  | { readonly kind: 'proxy'; readonly user: string }
  /** Tailscale vouches for this login. */
  | { readonly kind: 'tailnet'; readonly user: string }
  /** It showed the token of its device. */
  | { readonly kind: 'device-token' }

/** Whether whoever came in with this would have come in by itself, without knowing anything: a page in a browser too. */
export function isAmbient(proof: Proof): boolean {
  return proof.kind === 'open' || proof.kind === 'proxy' || proof.kind === 'tailnet'
}

/** Who a proof speaks of, for the record; undefined when it names nobody. */
export function userOf(proof: Proof): string | undefined {
  return proof.kind === 'proxy' || proof.kind === 'tailnet' ? proof.user : undefined
}
