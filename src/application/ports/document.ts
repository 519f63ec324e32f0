/*
 * A small text kept over restarts: read whole, replaced whole. Called by registries that hold their contents in memory.
 * Promises: after `write` resolved the text survives a crash and a power cut; a reader sees the old text or the new one,
 * never a mixture; only its owner may read it. Writes happen in the order they were asked for.
 * May refuse: with a DocumentFailure.
 */
import { Failure } from '../../domain/failure.js'

export interface Document {
  /** Where it is kept, for people. */
  readonly location: string
  /** Null when nothing was ever written. */
  read(): Promise<string | null>
  write(text: string): Promise<void>
}

/** Why a document cannot be used, code by code. */
export const DOCUMENT_FAILURES = {
  'document-unreadable': 'it is there and cannot be read',
  'document-unwritable': 'it cannot be written: no space, no permission, no such place',
} as const

export type DocumentFailureCode = keyof typeof DOCUMENT_FAILURES

export class DocumentFailure extends Failure {
  override readonly code: DocumentFailureCode

  constructor(code: DocumentFailureCode, message: string, cause?: unknown) {
    super(code, message, { retryable: code === 'document-unwritable', cause })
    this.code = code
  }
}
