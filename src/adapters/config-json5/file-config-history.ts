import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ConfigHistory,
  type ConfigState,
  type ConfigVersion,
  KEPT_VERSIONS,
} from '../../application/ports/config-history.js'
import { ConfigFailure, type ConfigText } from '../../application/ports/config-source.js'
import { writeDurably } from './write-durably.js'

const VERSION_FILE = /^(\d{13,}-[0-9a-f]{12})\.json$/
const GOOD_FILE = 'last-good.json'

/** One file per version in `<state dir>/config-history`. Its name sorts by time. */
export class FileConfigHistory implements ConfigHistory {
  readonly #directory: string

  constructor(stateDir: string) {
    this.#directory = join(stateDir, 'config-history')
  }

  async list(): Promise<readonly ConfigVersion[]> {
    const versions: ConfigVersion[] = []
    for (const id of await this.#ids()) {
      const state = await this.#state(id)
      if (state === null) continue
      const { texts, at, origin, hash, snapshotHash, changed } = state
      const bytes = texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
      versions.push({ id, at, origin, hash, snapshotHash, changed, bytes })
    }
    return versions
  }

  async texts(id: string): Promise<readonly ConfigText[] | null> {
    return VERSION_FILE.test(`${id}.json`) ? ((await this.#state(id))?.texts ?? null) : null
  }

  async record(state: ConfigState): Promise<void> {
    const [newest] = await this.list()
    if (newest?.snapshotHash === state.snapshotHash) return
    // A clock that was set back must not put a new state behind older ones.
    const at = Math.max(state.at, newest === undefined ? 0 : newest.at + 1)
    const id = `${String(at).padStart(13, '0')}-${state.snapshotHash.slice(0, 12)}`
    await this.#write(`${id}.json`, { ...state, at })
    for (const old of (await this.#ids()).slice(KEPT_VERSIONS + 1)) {
      await rm(join(this.#directory, `${old}.json`), { force: true })
    }
  }

  async keepGood(texts: readonly ConfigText[]): Promise<void> {
    await this.#write(GOOD_FILE, { texts })
  }

  async lastGood(): Promise<readonly ConfigText[] | null> {
    const good = (await this.#read(GOOD_FILE)) as { texts?: unknown } | null
    return isTexts(good?.texts) ? good.texts : null
  }

  async #write(name: string, content: object): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    await writeDurably(join(this.#directory, name), `${JSON.stringify(content)}\n`)
  }

  /** Newest first. */
  async #ids(): Promise<string[]> {
    const names = await readdir(this.#directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw unavailable(this.#directory, error)
    })
    const ids = names.flatMap((name) => VERSION_FILE.exec(name)?.[1] ?? [])
    return ids.sort().reverse()
  }

  async #state(id: string): Promise<ConfigState | null> {
    const state = (await this.#read(`${id}.json`)) as Partial<ConfigState> | null
    const isState = typeof state?.at === 'number' && typeof state.snapshotHash === 'string' && isTexts(state.texts)
    return isState ? (state as ConfigState) : null
  }

  /** Null when there is no such file, or nothing in it that we wrote. */
  async #read(name: string): Promise<unknown> {
    const path = join(this.#directory, name)
    try {
      return JSON.parse(await readFile(path, 'utf8'))
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw unavailable(path, error)
    }
  }
}

function isTexts(value: unknown): value is readonly ConfigText[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item: Partial<ConfigText> | null) => typeof item?.path === 'string' && typeof item.text === 'string')
  )
}

function unavailable(path: string, cause: unknown): ConfigFailure {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
  return new ConfigFailure('config-unavailable', `cannot read ${path}: ${code}`, { cause })
}
