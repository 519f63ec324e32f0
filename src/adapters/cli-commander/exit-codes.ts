/** What the exit code says. */
export const exitCodes = {
  ok: 0,
  /** The operation failed, the RPC answered an error, or a checked thing is unhealthy. */
  failed: 1,
  /** Bad command line. */
  usage: 2,
  /** No gateway: refused, time-out, closed before `hello-ok`; for status commands: not running. */
  unreachable: 3,
  /** Wrong or missing credential, pairing required, scope missing. */
  unauthorized: 4,
  /** A supervised gateway wants a fresh process. */
  startAgain: 75,
  /** Configuration invalid or a start guard refused; a supervisor must not try again. */
  configuration: 78,
  /** Ended by SIGINT. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const

/** The exit code of a program that a signal ended. */
export function exitCodeOfSignal(signal: 'SIGINT' | 'SIGTERM'): number {
  return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
}
