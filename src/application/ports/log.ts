/*
 * What the gateway says about itself. Called from everywhere.
 * Promises: never throws, never blocks, masks secrets before anything leaves the process.
 * Must never be given message bodies or prompts below `trace`.
 */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'

/** Facts beside the sentence: connId, method, requestId, sessionKey, runId, durationMs, code, err ... */
export type LogFields = Readonly<Record<string, unknown>>

export interface Log {
  /** Whether lines of this level go anywhere; lets callers skip building expensive fields. */
  enabled(level: LogLevel): boolean
  fatal(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  trace(message: string, fields?: LogFields): void
  /** The same log speaking for another part: `gateway/ws`, `agent`, `channels/irc`. */
  child(subsystem: string, fields?: LogFields): Log
}
