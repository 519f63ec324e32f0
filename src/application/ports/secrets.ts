/*
 * Proofs of identity. Called by the handshake for every `connect`.
 * Promises: comparing takes the same time whatever the contents; a malformed key or signature is a plain `false`.
 * Must never throw on foreign input, nor put a secret into a message.
 */
export interface Secrets {
  /** Whether two secrets are the same, in time that does not depend on where they differ. */
  equal(given: string, expected: string): boolean
  /** SHA-256 of the UTF-8 bytes as lower-case hex: for secrets that are long and random, never for passwords. */
  hash(text: string): string
  /** HMAC-SHA256 of these bytes under the UTF-8 bytes of the key, as lower-case hex. */
  hmac(key: string, bytes: Uint8Array): string
  /**
   * Whether a password is the configured one, which is the password itself or a hash of it (domain/access/password-hash).
   * A hash takes its time, so the answer may come later; whoever was right once is answered at once. A stored text that
   * only resembles a hash matches nothing.
   */
  matchesPassword(given: string, stored: string): boolean | Promise<boolean>
  /**
   * Reads an Ed25519 public key given as raw base64url (padding tolerated) or as PEM.
   * Returns the unpadded base64url of the 32 raw bytes and the device id (lower-case hex SHA-256 of them),
   * or null when it is no such key.
   */
  readPublicKey(publicKey: string): { readonly normalized: string; readonly deviceId: string } | null
  /** Whether `signature` (base64url) is this key's Ed25519 signature over the UTF-8 bytes of `payload`. */
  verify(publicKey: string, payload: string, signature: string): boolean
}
