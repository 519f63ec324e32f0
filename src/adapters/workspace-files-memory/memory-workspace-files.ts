import {
  MAX_WORKSPACE_FILE_BYTES,
  type WorkspaceFileFacts,
  type WorkspaceFiles,
  WorkspaceFilesFailure,
  type WorkspaceFileText,
} from '../../application/ports/workspace-files.js'
import { utf8Length } from '../../domain/session/utf8-length.js'

interface Kept {
  readonly text: string
  readonly updatedAtMs: number
}

/** Workspaces that are forgotten with the process. */
export class MemoryWorkspaceFiles implements WorkspaceFiles {
  /** Null in place of a file: a link that leads out of the workspace. */
  readonly #workspaces = new Map<string, Map<string, Kept | null>>()
  readonly #now: () => number

  /** @param now Unix milliseconds */
  constructor(now: () => number = () => 0) {
    this.#now = now
  }

  /** Puts a link that leads out of the workspace. */
  linkOutside(workspace: string, name: string): void {
    this.#made(workspace).set(name, null)
  }

  async inspect(workspace: string, names: readonly string[]): Promise<readonly (WorkspaceFileFacts | null)[]> {
    return names.map((name) => {
      const kept = this.#workspaces.get(workspace)?.get(name)
      return kept === undefined || kept === null ? null : factsOf(workspace, name, kept)
    })
  }

  async read(workspace: string, name: string): Promise<(WorkspaceFileFacts & { readonly text: string }) | null> {
    requireInside(name)
    const kept = this.#workspaces.get(workspace)?.get(name)
    if (kept === undefined) return null
    if (kept === null) throw leadsOut(name)
    return { ...factsOf(workspace, name, kept), text: kept.text }
  }

  async write(workspace: string, name: string, text: string): Promise<WorkspaceFileFacts> {
    requireInside(name)
    requireFitting(name, text)
    const files = this.#made(workspace)
    if (files.get(name) === null) throw leadsOut(name)
    const kept = { text, updatedAtMs: this.#now() }
    files.set(name, kept)
    return factsOf(workspace, name, kept)
  }

  async add(workspace: string, files: readonly WorkspaceFileText[]): Promise<readonly string[]> {
    const there = this.#made(workspace)
    const missing = files.filter(({ name }) => !there.has(name))
    for (const { name, text } of missing) {
      requireInside(name)
      requireFitting(name, text)
      there.set(name, { text, updatedAtMs: this.#now() })
    }
    return missing.map(({ name }) => name)
  }

  async putAside(workspace: string, keep: readonly string[]): Promise<string | null> {
    const files = this.#workspaces.get(workspace)
    if (files === undefined) return null
    const kept = keep.find((path) => path === workspace || path.startsWith(`${workspace}/`))
    if (kept !== undefined) throw new WorkspaceFilesFailure('workspace-refused', `${workspace}: ${kept} lies in it`)
    let count = 1
    while (this.#workspaces.has(`${workspace}.removed-${count}`)) count++
    this.#workspaces.delete(workspace)
    this.#workspaces.set(`${workspace}.removed-${count}`, files)
    return `${workspace}.removed-${count}`
  }

  #made(workspace: string): Map<string, Kept | null> {
    const files = this.#workspaces.get(workspace) ?? new Map<string, Kept | null>()
    this.#workspaces.set(workspace, files)
    return files
  }
}

function factsOf(workspace: string, name: string, { text, updatedAtMs }: Kept): WorkspaceFileFacts {
  return { name, path: `${workspace}/${name}`, size: utf8Length(text), updatedAtMs }
}

function requireInside(name: string): void {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)) return
  throw new WorkspaceFilesFailure('workspace-refused', `${JSON.stringify(name)}: it is no plain file name`)
}

function leadsOut(name: string): WorkspaceFilesFailure {
  return new WorkspaceFilesFailure('workspace-refused', `${name}: it is a link that leads out of the workspace`)
}

function requireFitting(name: string, text: string): void {
  const bytes = utf8Length(text)
  if (bytes <= MAX_WORKSPACE_FILE_BYTES) return
  throw new WorkspaceFilesFailure('workspace-file-too-large', `${name} has ${bytes} bytes, the most is 1 MiB`)
}
