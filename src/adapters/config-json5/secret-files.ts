import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { messageOf } from '../../domain/failure.js'

/** A secret is a line, or a key of a few; whoever names something larger meant another file. */
const LARGEST_SECRET_BYTES = 64 * 1024

/** A file that holds one secret. */
export interface SecretFile {
  readonly path: string
  /** Without the line end behind it; null when there is none to be had. */
  readonly secret: string | null
  /** Why there is none; null when there is. */
  readonly reason: string | null
  /** Others than its owner may read it. */
  readonly isExposed: boolean
  /** Lower-case hex SHA-256 of the bytes. */
  readonly hash: string
}

export type SecretFiles = ReadonlyMap<string, SecretFile>

/** Reads each file once. Never rejects. */
export async function readSecretFiles(paths: Iterable<string>): Promise<SecretFiles> {
  const files = new Map<string, SecretFile>()
  for (const path of new Set(paths)) files.set(path, await readSecretFile(path))
  return files
}

async function readSecretFile(path: string): Promise<SecretFile> {
  try {
    const file = await open(path, 'r')
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return without(path, 'not a file')
      if (stat.size > LARGEST_SECRET_BYTES) return without(path, 'larger than 64 KiB')
      const text = await file.readFile('utf8')
      const hash = createHash('sha256').update(text).digest('hex')
      const secret = text.replace(/^\uFEFF/, '').replace(/(?:\r?\n)+$/, '')
      const isExposed = process.platform !== 'win32' && (stat.mode & 0o077) !== 0
      return secret === ''
        ? { ...without(path, 'the file is empty'), hash }
        : { path, secret, reason: null, isExposed, hash }
    } finally {
      await file.close()
    }
  } catch (error) {
    return without(path, (error as NodeJS.ErrnoException).code ?? messageOf(error))
  }
}

function without(path: string, reason: string): SecretFile {
  return { path, secret: null, reason, isExposed: false, hash: '' }
}
