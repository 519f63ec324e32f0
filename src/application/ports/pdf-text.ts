/*
 * Reads the text of a PDF. Called while a request with files is read, with bytes a stranger may have made.
 * Promises: ends soon, also with hostile files; reads no more than the pages asked for.
 * May refuse: with a PdfFailure. Must never run anything that is in the file, or load anything it refers to.
 */
import { Failure } from '../../domain/failure.js'

export interface PdfLimits {
  /** Pages that are read, from the first. */
  readonly maxPages: number
  readonly timeoutMs: number
}

export interface PdfContent {
  /** Pages that were read, one after the other, an empty line between them. */
  readonly text: string
  /** How many pages there are altogether. */
  readonly pages: number
}

export interface PdfText {
  read(bytes: Uint8Array, limits: PdfLimits): Promise<PdfContent>
}

/** Why a PDF could not be read, code by code. */
export const PDF_FAILURES = {
  'pdf-damaged': 'it is no PDF, or a damaged one',
  'pdf-locked': 'it asks for a password',
  'pdf-timeout': 'reading it took too long',
} as const

export type PdfFailureCode = keyof typeof PDF_FAILURES

export class PdfFailure extends Failure {
  override readonly code: PdfFailureCode

  constructor(code: PdfFailureCode, message: string, cause?: unknown) {
    super(code, message, { cause })
    this.code = code
  }
}
