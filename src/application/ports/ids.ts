/*
 * Randomness, as the core sees it. Called when a connection, a message or a token comes into being.
 * Promises: values never repeat and cannot be guessed.
 */
export interface Ids {
  /** A random UUID (RFC 9562 version 4), lower case. */
  uuid(): string
  /** `bytes` random bytes as unpadded base64url. */
  token(bytes: number): string
}
