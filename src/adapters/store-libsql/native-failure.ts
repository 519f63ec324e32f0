import { StoreFailure } from '../../application/ports/session-store.js'

/** What a code of SQLite or of the operating system means to the person who runs the gateway. */
const MEANINGS: readonly { readonly codes: RegExp; readonly sentence: (file: string) => string }[] = [
  {
    codes: /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    sentence: (file) => `The disk that holds ${file} is full. Free some space, then try again.`,
  },
  {
    codes:
      /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS|ENOTDIR|EISDIR|EEXIST|ELOOP|ENOENT)/,
    sentence: (file) =>
      `${file} cannot be opened for writing. Make sure that the file and its folder belong to the user who runs the gateway and that the disk is not read-only.`,
  },
  {
    codes: /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    sentence: (file) =>
      `${file} is damaged or is not a session database. Move it away together with its -wal and -shm files, or put a backup in its place, then start again.`,
  },
  {
    codes: /^(SQLITE_BUSY|SQLITE_LOCKED)/,
    sentence: (file) => `${file} is locked by another program. Close whatever has it open, then try again.`,
  },
  {
    codes: /^(SQLITE_IOERR|EIO)/,
    sentence: (file) => `The disk failed while ${file} was in use. Check the disk, then start the gateway again.`,
  },
]

/** The port's failure for whatever the engine or the file system threw; failures of the port pass unchanged. */
export function storeFailure(thrown: unknown, file: string): StoreFailure {
  if (thrown instanceof StoreFailure) return thrown
  const code = nativeCode(thrown)
  const meaning = MEANINGS.find(({ codes }) => codes.test(code))
  const sentence =
    meaning?.sentence(file) ?? `${file} could not be used. Start the gateway again; if it stays, check the file.`
  return new StoreFailure('store-unavailable', sentence, thrown)
}

/** Whether a statement was refused because another row has the same unique value. */
export function isDuplicate(thrown: unknown): boolean {
  return /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)/.test(nativeCode(thrown))
}

function nativeCode(thrown: unknown): string {
  if (!(thrown instanceof Error)) return ''
  if ('code' in thrown && typeof thrown.code === 'string' && thrown.code !== '') return thrown.code
  // A database that cannot be opened at all is told without a code; this is the engine's one way of saying it.
  return thrown.message.startsWith('ConnectionFailed') ? 'SQLITE_CANTOPEN' : ''
}
