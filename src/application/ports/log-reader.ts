/*
 * Reads back what the log wrote. Called by `logs.tail`.
 * Promises: a cursor counts the bytes written since the log began, continues over rotation and midnight, and never
 * skips or repeats a line; a partial last line is not returned until its line feed is there.
 * May refuse nothing: a missing log is an empty one.
 */
export interface LogTailRequest {
  /** Where the caller left off; absent = the newest lines. */
  readonly cursor?: number
  /** At most this many lines. */
  readonly limit: number
  /** At most this many bytes; a single line that is longer comes all the same, so that a follower gets on. */
  readonly maxBytes: number
}

export interface LogTail {
  /** The file written to now; empty when there is none. */
  readonly file: string
  /** Pass it back to go on from here. */
  readonly cursor: number
  /** Bytes written since the log began. */
  readonly size: number
  /** Whole lines without their line feed, oldest first. */
  readonly lines: readonly string[]
  /** Older bytes were skipped because of a limit. */
  readonly truncated: boolean
  /** The cursor could not be honoured: its bytes are gone. */
  readonly reset: boolean
}

export interface LogReader {
  tail(request: LogTailRequest): Promise<LogTail>
}
