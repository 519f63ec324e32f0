/*
 * Functions of the operator that turn the request of a webhook into what the gateway is to do. Called with every request
 * that a mapping with a transform takes.
 * Promises: only modules that really lie inside the given directory are loaded, whatever names and links say; a module
 * that was changed is loaded anew; what comes back is plain data that belongs to the caller.
 * May refuse: with a HookTransformFailure. Must never wait longer than the limit, nor hand the function anything that
 * proves who somebody is. A function that never gives way to others cannot be cut short.
 */
import { Failure } from '../../domain/failure.js'

/** Where the function is. */
export interface HookTransformPlace {
  /** Absolute path of the directory that modules must lie in. */
  readonly directory: string
  /** Relative to it. */
  readonly module: string
  /** Name it is exported under; absent = the default export. */
  readonly export?: string
}

/** What the function is handed. */
export interface HookTransformInput {
  readonly payload: unknown
  /** Without credentials; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Below `hooks.path`. */
  readonly path: string
}

export interface HookTransforms {
  /**
   * What the function made of the request: null = there is nothing to do, undefined = the mapping stands as it is, an
   * object = fields that stand over those of the mapping. Data as JSON has it.
   */
  apply(place: HookTransformPlace, input: HookTransformInput): Promise<unknown>
}

/** Why a request could not be transformed, code by code. */
export const HOOK_TRANSFORM_FAILURES = {
  'transform-outside': 'the module does not lie inside the directory of transforms',
  'transform-missing': 'there is no such module, or it exports no function of that name',
  'transform-broken': 'the module cannot be loaded',
  'transform-failed': 'the function threw, or what it returned is no data',
  'transform-timeout': 'the function took too long',
} as const

export type HookTransformFailureCode = keyof typeof HOOK_TRANSFORM_FAILURES

export class HookTransformFailure extends Failure {
  override readonly code: HookTransformFailureCode

  constructor(code: HookTransformFailureCode, message: string, cause?: unknown) {
    super(code, message, { retryable: code === 'transform-timeout', cause })
    this.code = code
  }
}
