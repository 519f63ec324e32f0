/** Exit codes of a start that did not succeed, and of a gateway that wants to be started afresh. */
export const EXIT = { failed: 1, usage: 2, startAgain: 75, configuration: 78 } as const

/** A start that was called off: what to say, and the exit code. */
export class StartStopped extends Error {
  readonly exitCode: number
  readonly lines: readonly string[]

  constructor(exitCode: number, lines: readonly string[]) {
    super(lines[0] ?? 'the gateway did not start')
    this.exitCode = exitCode
    this.lines = lines
  }
}
