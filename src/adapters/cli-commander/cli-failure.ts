import { Failure } from '../../domain/failure.js'
import { exitCodes } from './exit-codes.js'

/** A labelled line under an error: `fix     mayros gateway`. */
export interface FailureNote {
  readonly label: 'from' | 'fix' | 'note'
  readonly text: string
}

/** A command cannot go on; says so to people, to programs and to the shell. */
export class CliFailure extends Failure {
  readonly exitCode: number
  readonly notes: readonly FailureNote[]

  constructor(
    code: string,
    message: string,
    options: { exitCode?: number; notes?: readonly FailureNote[]; details?: unknown; cause?: unknown } = {},
  ) {
    super(code, message, { details: options.details, cause: options.cause })
    this.exitCode = options.exitCode ?? exitCodes.failed
    this.notes = options.notes ?? []
  }
}

/** A bad command line. */
export class UsageFailure extends CliFailure {
  constructor(message: string, notes: readonly FailureNote[] = []) {
    super('usage', message, { exitCode: exitCodes.usage, notes })
  }
}
