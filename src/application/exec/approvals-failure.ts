import { Failure } from '../../domain/failure.js'

/** Why the list of allowed commands cannot be used, code by code. */
export const APPROVALS_FAILURES = {
  'approvals-unreadable': 'the file with the allowed commands is damaged or was written by a later version',
} as const

export type ApprovalsFailureCode = keyof typeof APPROVALS_FAILURES

export class ApprovalsFailure extends Failure {
  override readonly code: ApprovalsFailureCode

  constructor(code: ApprovalsFailureCode, message: string) {
    super(code, message)
    this.code = code
  }
}
