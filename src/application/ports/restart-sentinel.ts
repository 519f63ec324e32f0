/*
 * A note to the gateway after the next restart. Written by whoever asks for one, read once by the instance that starts.
 * Promises: a note survives the end of the process; it is handed out once.
 * Must never hold a secret.
 */
export interface SentinelNote {
  readonly kind: 'config-patch' | 'config-apply'
  /** Unix milliseconds. */
  readonly ts: number
  /** Canonical key of the session that is to hear of it; null = the main session. */
  readonly sessionKey: string | null
  /** What the asker wants said after the restart. */
  readonly message: string | null
}

export interface RestartSentinel {
  /** Where the note is kept, for people. */
  readonly path: string
  leave(note: SentinelNote): Promise<void>
  /** The note, once; null when there is none. */
  take(): Promise<SentinelNote | null>
}
