import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  MAX_WORKSPACE_FILE_BYTES,
  type WorkspaceFileFacts,
  type WorkspaceFiles,
  WorkspaceFilesFailure,
  type WorkspaceFileText,
} from '../../application/ports/workspace-files.js'
import { atRim, refused, systemCode, unlessAbsent } from './at-rim.js'
import { locate } from './locate.js'
import { putAside } from './put-aside.js'
import { replaceText } from './replace-text.js'

const PRIVATE_FOLDER = 0o700

/** Links were followed before; a pipe must not make us wait. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Workspaces on this machine. A link inside a workspace is followed as long as it stays inside. */
export class NodeWorkspaceFiles implements WorkspaceFiles {
  inspect(workspace: string, names: readonly string[]): Promise<readonly (WorkspaceFileFacts | null)[]> {
    return Promise.all(names.map((name) => atRim(name, () => look(workspace, name))))
  }

  read(workspace: string, name: string): Promise<(WorkspaceFileFacts & { readonly text: string }) | null> {
    return atRim(name, async () => {
      const { path, real } = await locate(workspace, name)
      return real === null ? null : unlessAbsent(() => readRegular(name, path, real))
    })
  }

  write(workspace: string, name: string, text: string): Promise<WorkspaceFileFacts> {
    return atRim(name, async () => {
      requireFitting(name, Buffer.byteLength(text))
      await makeFolder(workspace)
      const { path, real } = await locate(workspace, name)
      await replaceText(real ?? path, text)
      return factsOf(name, path, await stat(real ?? path))
    })
  }

  add(workspace: string, files: readonly WorkspaceFileText[]): Promise<readonly string[]> {
    return atRim(workspace, async () => {
      await makeFolder(workspace)
      const added: string[] = []
      for (const { name, text } of files) {
        if (await isNew(workspace, name, text)) added.push(name)
      }
      return added
    })
  }

  putAside(workspace: string, keep: readonly string[]): Promise<string | null> {
    return atRim(workspace, () => putAside(workspace, keep))
  }
}

async function look(workspace: string, name: string): Promise<WorkspaceFileFacts | null> {
  try {
    const { path, real } = await locate(workspace, name)
    const stats = real === null ? null : await unlessAbsent(() => stat(real))
    return stats?.isFile() === true ? factsOf(name, path, stats) : null
  } catch (thrown) {
    if (thrown instanceof WorkspaceFilesFailure && thrown.code === 'workspace-refused') return null
    throw thrown
  }
}

async function readRegular(name: string, path: string, real: string) {
  requireRegular(path, await lstat(real))
  const file = await open(real, READ_FLAGS)
  try {
    const stats = await file.stat()
    requireRegular(path, stats)
    requireFitting(name, stats.size)
    return { ...factsOf(name, path, stats), text: await file.readFile('utf8') }
  } finally {
    await file.close()
  }
}

/** Writes a file where nothing is; whatever is there, a link that leads nowhere included, stays. */
async function isNew(workspace: string, name: string, text: string): Promise<boolean> {
  const path = join(workspace, name)
  if ((await unlessAbsent(() => lstat(path))) !== null) return false
  await locate(workspace, name)
  requireFitting(name, Buffer.byteLength(text))
  try {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(text, 'utf8')
    } finally {
      await file.close()
    }
    return true
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false
    throw thrown
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: PRIVATE_FOLDER })
}

function factsOf(name: string, path: string, { size, mtimeMs }: Stats): WorkspaceFileFacts {
  return { name, path, size, updatedAtMs: Math.trunc(mtimeMs) }
}

function requireRegular(path: string, stats: Stats): void {
  if (!stats.isFile()) throw refused(path, 'it is no regular file')
}

function requireFitting(name: string, bytes: number): void {
  if (bytes <= MAX_WORKSPACE_FILE_BYTES) return
  throw new WorkspaceFilesFailure('workspace-file-too-large', `${name} has ${bytes} bytes, the most is 1 MiB`)
}
