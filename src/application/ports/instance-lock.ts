/*
 * One gateway per state directory. Called once before listening, and once after everything has stopped.
 * Promises: never two living holders; the lock of a dead process, or of one whose pid was given to another, is taken over
 * at once; a holder that is on its way out is waited for.
 * May refuse: with LockFailure. Must never take the lock from a living holder.
 */
import { Failure } from '../../domain/failure.js'
import type { RuntimeState } from './runtime-record.js'

export interface InstanceLock {
  /** Rejects with LockFailure. */
  acquire(): Promise<HeldLock>
  /** Who holds the lock now; null when nobody alive does. */
  holder(): Promise<LockHolder | null>
}

export interface HeldLock {
  /** Gives the lock back. Safe to call twice; does nothing when the lock is not ours any more. */
  release(): Promise<void>
}

export interface LockHolder {
  readonly pid: number
  /** What its runtime record says; null without one. */
  readonly state: RuntimeState | null
}

/** Why a gateway cannot have its state directory, code by code. */
export const LOCK_FAILURES = {
  'lock-held': 'another gateway lives on this state directory',
  'lock-unavailable': 'the lock file cannot be written',
} as const

export type LockFailureCode = keyof typeof LOCK_FAILURES

export class LockFailure extends Failure {
  override readonly code: LockFailureCode
  readonly holder: LockHolder | null

  constructor(code: LockFailureCode, message: string, holder: LockHolder | null, cause?: unknown) {
    super(code, message, { retryable: code === 'lock-held', cause })
    this.code = code
    this.holder = holder
  }
}
