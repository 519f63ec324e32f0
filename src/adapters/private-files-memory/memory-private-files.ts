import {
  type FileFacts,
  type PrivateFiles,
  PrivateFilesFailure,
  type SurveyLimits,
} from '../../application/ports/private-files.js'

/** Files that are what a test says. */
export class MemoryPrivateFiles implements PrivateFiles {
  readonly #files = new Map<string, FileFacts>()

  /** Puts a file there, or in place of what was there: by default ours, and nobody else's to read. */
  put(path: string, facts: Partial<Omit<FileFacts, 'path'>> = {}): this {
    const kind = facts.kind ?? 'file'
    const mode = kind === 'directory' ? 0o700 : 0o600
    this.#files.set(path, { kind, isLink: false, mode, owner: 'self', ...facts, path })
    return this
  }

  async inspect(paths: readonly string[]): Promise<readonly FileFacts[]> {
    return paths.flatMap((path) => this.#files.get(path) ?? [])
  }

  async survey(directory: string, { depth, most, skip }: SurveyLimits): Promise<readonly FileFacts[]> {
    const root = this.#files.get(directory)
    if (root === undefined) return []
    const inside = [...this.#files.values()].filter(({ path }) => {
      if (!path.startsWith(`${directory}/`)) return false
      const names = path.slice(directory.length + 1).split('/')
      const around = names.map((_, index) => [directory, ...names.slice(0, index + 1)].join('/'))
      const entered = around.slice(0, -1).map((place) => this.#files.get(place))
      return names.length <= depth + 1 && !around.some(skip) && !entered.some((place) => place?.isLink === true)
    })
    return [root, ...inside.sort((a, b) => (a.path < b.path ? -1 : 1))].slice(0, most)
  }

  async tighten(path: string, mode: number): Promise<void> {
    const facts = this.#files.get(path)
    if (facts === undefined) throw new PrivateFilesFailure('file-missing', `there is no ${path}`)
    if (facts.isLink || facts.owner === 'other') {
      throw new PrivateFilesFailure('file-not-ours', `cannot change the rights of ${path}`)
    }
    if (facts.mode !== null) this.#files.set(path, { ...facts, mode: facts.mode & mode })
  }
}
