/*
 * What a supervised gateway tells whoever supervises it. Called by the process at every change of its state, and regularly
 * while its event loop turns.
 * Promises: notices arrive in the order in which they were given; nobody waits for them, and none rejects.
 * May refuse: to arrive, which is told once. Must never hold a gateway up.
 */
export interface ServiceNotices {
  /** How often `alive` is expected, in milliseconds; null = never. A gateway that misses it is ended and started anew. */
  readonly aliveEveryMs: number | null
  /** Clients can connect. @param status one line for people */
  ready(status: string): void
  /** A restart in the same process has begun; `ready` ends it. */
  reloading(): void
  stopping(): void
  alive(): void
}
