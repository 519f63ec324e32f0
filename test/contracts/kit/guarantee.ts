/** One thing every adapter of a port promises, and why the gateway relies on it. */
export interface Guarantee {
  /** The promise as a sentence that a stranger understands. */
  readonly promise: string
  readonly because: string
  /** The capability an adapter or its harness declares; where it is not declared the guarantee is skipped. */
  readonly needs?: string
}
