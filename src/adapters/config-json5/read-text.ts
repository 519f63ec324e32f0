import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { ConfigFailure } from '../../application/ports/config-source.js'
import type { ConfigProblem } from '../../domain/config/problem.js'
import { messageOf } from '../../domain/failure.js'

/** Largest file that is read, in bytes. */
export const LARGEST_FILE_BYTES = 4 * 1024 * 1024

/** The text of a file as it stands, byte order mark included. */
export interface FileText {
  readonly exists: boolean
  readonly raw: string
  /** Lower-case hex SHA-256 of the bytes. */
  readonly hash: string
  /** Why the bytes are no text that may be parsed; then `raw` is empty. */
  readonly problem: Pick<ConfigProblem, 'message' | 'hint'> | null
}

/**
 * Reads one file; a missing one is an empty text.
 * @throws ConfigFailure `config-unavailable` when the file is there but cannot be read
 */
export async function readText(path: string): Promise<FileText> {
  const bytes = await readBytes(path)
  const hash = createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
  if (bytes === null) return { exists: false, raw: '', hash, problem: null }
  if (bytes.length > LARGEST_FILE_BYTES)
    return { exists: true, raw: '', hash, problem: { message: 'larger than 4 MiB' } }
  const raw = bytes.toString('utf8')
  if (Buffer.byteLength(raw) !== bytes.length || raw.includes('\uFFFD')) {
    if (!Buffer.from(raw, 'utf8').equals(bytes)) return { exists: true, raw: '', hash, problem: NOT_UTF8 }
  }
  return { exists: true, raw, hash, problem: null }
}

const NOT_UTF8 = { message: 'the file is not UTF-8 text', hint: 'save it with UTF-8 encoding' }

/** Reads at most one byte more than is allowed, so that a wrong path cannot fill the memory. */
async function readBytes(path: string): Promise<Buffer | null> {
  try {
    const file = await open(path, 'r')
    try {
      const buffer = Buffer.alloc(Math.min((await file.stat()).size, LARGEST_FILE_BYTES) + 1)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new ConfigFailure('config-unavailable', `cannot read ${path}: ${code ?? messageOf(error)}`, { cause: error })
  }
}
