import type { ToolOutcome } from '../../application/ports/tools.js'
import { ToolRefusal } from './tool-refusal.js'

/** What systems say, in words for the model. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'it exists already',
  EFBIG: 'it is too large',
  EIO: 'the disk failed',
  EISDIR: 'it is a folder',
  ELOOP: 'a link stands where a file or folder was expected',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'too many files are open',
  ENOENT: 'there is no such file',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of its path is not a folder',
  ENOTEMPTY: 'the folder is not empty',
  ENXIO: 'it is not a regular file',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ETXTBSY: 'it is in use',
}

/** A success in words, with facts for programs. */
export function told(text: string, details: unknown): ToolOutcome {
  return { content: [{ type: 'text', text }], details }
}

/**
 * What came of an action; refusals and what the file system said become outcomes.
 * @param deed what was attempted, such as `read notes.txt`
 */
export async function attempted(
  deed: string,
  signal: AbortSignal,
  action: () => Promise<ToolOutcome>,
): Promise<ToolOutcome> {
  try {
    if (signal.aborted) return failed(`did not ${deed}: the call was aborted`)
    return await action()
  } catch (thrown) {
    if (thrown instanceof ToolRefusal) return failed(`could not ${deed}: ${thrown.message}`)
    const code = systemCode(thrown)
    if (code === null) throw thrown
    return failed(`could not ${deed}: ${REASONS[code] ?? `the system says ${code}`}`)
  }
}

/** The code of a failed system call; null for every other thing that was thrown. */
export function systemCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !('syscall' in thrown)) return null
  const { code } = thrown as NodeJS.ErrnoException
  return code ?? null
}

function failed(text: string): ToolOutcome {
  return { content: [{ type: 'text', text }], isError: true }
}
