import { WorkspaceFilesFailure } from '../../application/ports/workspace-files.js'

/** What the system said; null for errors of our own making. */
export function systemCode(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null
}

/** Null where there is no such file or folder. */
export async function unlessAbsent<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work()
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null
    throw thrown
  }
}

/** Tells what the system refused in the words of the port. */
export async function atRim<Result>(subject: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    const code = thrown instanceof WorkspaceFilesFailure ? null : systemCode(thrown)
    if (code === null) throw thrown
    if (code === 'ELOOP') throw refused(subject, 'a link was put in its place')
    throw new WorkspaceFilesFailure('workspace-unavailable', `cannot use ${subject} (${code})`, thrown)
  }
}

export function refused(subject: string, why: string): WorkspaceFilesFailure {
  return new WorkspaceFilesFailure('workspace-refused', `${subject}: ${why}`)
}
