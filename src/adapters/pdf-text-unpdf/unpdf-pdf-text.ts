import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import {
  type PdfContent,
  PdfFailure,
  type PdfFailureCode,
  type PdfLimits,
  type PdfText,
} from '../../application/ports/pdf-text.js'

type Told = PdfContent | { readonly problem: PdfFailureCode; readonly message: string }

/** Memory of one thread in MiB: enough for pages of text, not enough to hurt. */
const MEMORY_MB = 256

/**
 * PDFs by the unpdf library, each on a thread of its own: a file made to keep a reader busy for ever, or to fill its
 * memory, ends with the thread.
 */
export class UnpdfPdfText implements PdfText {
  async read(bytes: Uint8Array, { maxPages, timeoutMs }: PdfLimits): Promise<PdfContent> {
    const worker = new Worker(workerFile(), {
      workerData: { bytes: bytes.slice(), maxPages },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
      // Whatever the library has to say about a stranger's file is not for our log.
      stdout: true,
      stderr: true,
    })
    try {
      const told = await answerOf(worker, timeoutMs)
      if (!('problem' in told)) return { text: told.text, pages: told.pages }
      if (told.problem === 'pdf-locked') throw new PdfFailure('pdf-locked', 'The PDF asks for a password.')
      throw new PdfFailure('pdf-damaged', 'The PDF cannot be read.', new Error(told.message))
    } finally {
      await worker.terminate()
    }
  }
}

function answerOf(worker: Worker, timeoutMs: number): Promise<Told> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new PdfFailure('pdf-timeout', `Reading the PDF took longer than ${timeoutMs} ms.`))
    }, timeoutMs)
    worker.once('message', (told: Told) => resolve(told))
    worker.once('error', (thrown) => reject(new PdfFailure('pdf-damaged', 'The PDF cannot be read.', thrown)))
    worker.once('exit', () => {
      clearTimeout(timer)
      reject(new PdfFailure('pdf-damaged', 'The PDF cannot be read.'))
    })
  })
}

/** Beside this file in the source, in the folder above the chunks in a build. */
function workerFile(): string {
  const places = ['./pdf-worker.mjs', './pdf-worker.js', '../pdf-worker.js']
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return files.find((file) => existsSync(file)) ?? String(files[0])
}
