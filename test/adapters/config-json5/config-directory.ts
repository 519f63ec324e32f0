import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FileConfigHistory } from '../../../src/adapters/config-json5/file-config-history.js'
import {
  Json5ConfigSource,
  type Json5ConfigSourceOptions,
} from '../../../src/adapters/config-json5/json5-config-source.js'
import { formatProblem } from '../../../src/domain/config/problem.js'

/** A reference to a variable, as people write it. */
export const ref = (name: string) => `\${${name}}`

/** A directory with a configuration in it. */
export class ConfigDirectory {
  readonly path: string
  readonly root: string
  readonly stateDir: string
  readonly history: FileConfigHistory

  private constructor(path: string) {
    this.path = path
    this.root = join(path, 'mayros.json')
    this.stateDir = join(path, 'state')
    this.history = new FileConfigHistory(this.stateDir)
  }

  static async create(files: Readonly<Record<string, string>> = {}): Promise<ConfigDirectory> {
    const directory = new ConfigDirectory(await mkdtemp(join(tmpdir(), 'config-directory-')))
    await directory.write(files)
    return directory
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.path, name)), { recursive: true })
      await writeFile(join(this.path, name), text, { mode: 0o600 })
    }
  }

  text(name = 'mayros.json'): Promise<string> {
    return readFile(join(this.path, name), 'utf8')
  }

  source(options: Partial<Json5ConfigSourceOptions> = {}): Json5ConfigSource {
    return new Json5ConfigSource({ path: this.root, home: '/home/somebody', ...options })
  }

  /** A source that keeps records. */
  recorded(options: Partial<Json5ConfigSourceOptions> = {}): Json5ConfigSource {
    return this.source({ stateDir: this.stateDir, history: this.history, ...options })
  }

  /** Problems as an operator sees them. */
  async problems(options: Partial<Json5ConfigSourceOptions> = {}): Promise<string[]> {
    return (await this.source(options).read()).problems.map(formatProblem)
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true })
  }
}
