/** Numbers of protocol v3 that clients rely on. Sizes in bytes, times in milliseconds. */
export const PROTOCOL_VERSION = 3

export const limits = {
  /** Largest inbound message of those who were let in. */
  maxPayload: 25 * 1024 * 1024,
  /** A client with more unread output than this is too slow. */
  maxBufferedBytes: 50 * 1024 * 1024,
  /** Largest `connect` request; nobody has shown yet that they belong here. */
  maxHandshakeBytes: 256 * 1024,
  tickIntervalMs: 30_000,
  /** From accept to accepted `connect`. */
  handshakeTimeoutMs: 10_000,
  healthRefreshMs: 60_000,
  /** At most one health refresh and broadcast in this time. */
  healthCoalesceMs: 1_000,
  /** Ended runs that are remembered in memory; the ledger knows more. */
  dedupeEntries: 1_000,
  /** How far a device's clock may be off. */
  deviceSkewMs: 120_000,
  presenceTtlMs: 300_000,
  presenceRows: 200,
  /** Unread output of all clients together; above it the slowest is closed. */
  maxTotalBufferedBytes: 256 * 1024 * 1024,
  chatDeltaIntervalMs: 150,
  /** How long `agent.wait` remembers an outcome. */
  outcomeTtlMs: 600_000,
} as const
