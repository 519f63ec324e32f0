import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Document, DocumentFailure } from '../../application/ports/document.js'
import { removeAbandonedDrafts, replaceFile } from './replace-file.js'

/** Rights of everybody but the owner. */
const RIGHTS_OF_OTHERS = 0o077
const PRIVATE_FILE = 0o600

/** A write that has not begun. Texts that come meanwhile take the place of its own. */
interface Turn {
  text: string
}

/**
 * A text in a file of its own, mode 600. Writes of one object happen one after the other; those that wait for the same
 * turn become one, with the latest text, and end together.
 */
export class FileDocument implements Document {
  readonly location: string
  /** The last write that has begun or will; never rejects. */
  #last: Promise<void> = Promise.resolve()
  #waiting: { readonly turn: Turn; readonly done: Promise<void> } | null = null
  #isTidy = false

  constructor(path: string) {
    this.location = resolve(path)
  }

  /** A file that others may read is narrowed to its owner first. */
  async read(): Promise<string | null> {
    try {
      const file = await openIfThere(this.location)
      return file === null ? null : await readPrivately(file)
    } catch (thrown) {
      throw new DocumentFailure('document-unreadable', `cannot read ${this.location}: ${codeOf(thrown)}`, thrown)
    }
  }

  write(text: string): Promise<void> {
    if (this.#waiting !== null) {
      this.#waiting.turn.text = text
      return this.#waiting.done
    }
    const turn: Turn = { text }
    const done = this.#last.then(() => this.#replace(turn))
    this.#waiting = { turn, done }
    this.#last = done.catch(() => undefined)
    return done
  }

  async #replace(turn: Turn): Promise<void> {
    this.#waiting = null
    try {
      if (!this.#isTidy) await removeAbandonedDrafts(this.location)
      this.#isTidy = true
      await replaceFile(this.location, turn.text)
    } catch (thrown) {
      throw new DocumentFailure('document-unwritable', `cannot write ${this.location}: ${codeOf(thrown)}`, thrown)
    }
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}

async function readPrivately(file: FileHandle): Promise<string> {
  try {
    const { mode } = await file.stat()
    if (process.platform !== 'win32' && (mode & RIGHTS_OF_OTHERS) !== 0) await file.chmod(PRIVATE_FILE)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

function codeOf(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? 'unknown error'
}
