import type { ConfigHistory } from '../../application/ports/config-history.js'
import {
  type ConfigEdit,
  ConfigFailure,
  type ConfigReading,
  type ConfigSource,
  type ConfigText,
  type ConfigWriteOptions,
  type ConfigWritten,
} from '../../application/ports/config-source.js'
import { changedValues } from '../../domain/config/changed-values.js'
import { formatKeyPath } from '../../domain/config/key-path.js'
import { problemsOfWrite } from '../../domain/config/problems-of-write.js'
import type { Variables } from '../../domain/config/substitute-variables.js'
import { type ConfigFiles, type Overlay, readConfigFiles } from './config-files.js'
import type { Judgement } from './judge-files.js'
import { WatchedFiles } from './watch-files.js'
import type { WritePlaces, WritePlan } from './write-config.js'

export interface Json5ConfigSourceOptions {
  /** Absolute path of the root file; it need not exist. */
  readonly path: string
  /** Absolute home directory, for `~` in values. */
  readonly home: string
  /** The environment that references look into. Default: empty. */
  readonly variables?: Variables
  /** Where writes are recorded. Absent = no history and no audit. */
  readonly stateDir?: string
  readonly history?: ConfigHistory
  /** The files are kept by somebody else: every write fails with `config-readonly`. */
  readonly readonly?: boolean
  /** Unix milliseconds, for records of writes. */
  readonly now?: () => number
}

/**
 * The configuration in JSON5 files that belong to the operator: edits touch nothing but the named values. The schema is
 * loaded with the first reading and not before: whoever needs only the port of a gateway never comes this way.
 */
export class Json5ConfigSource implements ConfigSource {
  readonly #options: Json5ConfigSourceOptions
  readonly #places: WritePlaces
  readonly #watches = new Set<WatchedFiles>()
  #files: ConfigFiles | undefined
  #watched: readonly string[]
  /** The write under way; the next one waits for it. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: Json5ConfigSourceOptions) {
    this.#options = options
    this.#watched = [options.path]
    this.#places = {
      stateDir: options.stateDir ?? null,
      history: options.history ?? null,
      now: options.now ?? Date.now,
    }
  }

  async read(): Promise<ConfigReading> {
    const { reading, files } = await this.#judge()
    this.#files = files
    this.#watched = reading.files
    for (const watch of this.#watches) watch.follow(reading.files)
    return reading
  }

  async preview(texts: readonly ConfigText[]): Promise<ConfigReading> {
    return (await this.#judge(overlayOf(texts))).reading
  }

  edit(edits: readonly ConfigEdit[], options: ConfigWriteOptions = {}): Promise<ConfigWritten> {
    return this.#write(options, async (current) => {
      const { draftOfEdits } = await import('./draft-of-edits.js')
      return draftOfEdits(current, edits, this.#options.path, (overlay) => this.#judge(overlay))
    })
  }

  replace(text: string | readonly ConfigText[], options: ConfigWriteOptions = {}): Promise<ConfigWritten> {
    return this.#write(options, async ({ reading }) => {
      const { withStoredTexts } = await import('./restore-text.js')
      const { path } = this.#options
      const texts = typeof text === 'string' ? [{ path, text }] : text
      return overlayOf(
        texts.map((one) =>
          one.path === path ? { path, text: withStoredTexts(one.text, reading.raw, reading.redactedRaw) } : one,
        ),
      )
    })
  }

  watch(changed: () => void): () => void {
    const watch = new WatchedFiles(this.#watched, changed)
    this.#watches.add(watch)
    return () => {
      this.#watches.delete(watch)
      watch.stop()
    }
  }

  async #judge(overlay?: Overlay): Promise<Judgement> {
    const { judgeFiles } = await import('./judge-files.js')
    const { path, home, variables = {} } = this.#options
    const files = await readConfigFiles(path, overlay, this.#files)
    return judgeFiles(files, { rootPath: path, home, variables })
  }

  #write(options: ConfigWriteOptions, draft: (current: Judgement) => Promise<Overlay>): Promise<ConfigWritten> {
    if (options.dryRun === true) return this.#drafted(options, draft).then(({ written }) => written)
    const written = this.#writing.then(async () => {
      if (this.#options.readonly === true) throw new ConfigFailure('config-readonly', 'config is managed elsewhere')
      const { withWriteLock } = await import('./write-lock.js')
      return withWriteLock(this.#options.path, async () => this.#commit(await this.#drafted(options, draft)))
    })
    this.#writing = written.catch((failure: unknown) => failure)
    return written
  }

  async #commit({ plan, written }: Drafted): Promise<ConfigWritten> {
    if (plan.texts.length === 0) return written
    const { writeConfig } = await import('./write-config.js')
    const remarks = await writeConfig(plan, this.#places)
    return { ...(await this.read()), ...outcomeOf(written), anomalies: [...written.anomalies, ...remarks] }
  }

  /** What a write would do. */
  async #drafted(options: ConfigWriteOptions, draft: (current: Judgement) => Promise<Overlay>): Promise<Drafted> {
    const { anomaliesOf } = await import('./anomalies.js')
    const before = await this.#judge()
    if (options.baseHash !== undefined && options.baseHash !== before.reading.hash) {
      throw new ConfigFailure('config-changed', 'config has changed since it was read')
    }
    const overlay = await draft(before)
    const texts = [...overlay]
      .filter(([path, text]) => isNew(path, text, before.files))
      .map(([path, text]) => ({ path, text }))
    const { reading: after } = texts.length === 0 ? before : await this.#judge(overlay)
    if (texts.length > 0) refuseInvalid(before.reading, after)
    const changed = changedValues(before.reading.resolved ?? {}, after.resolved ?? {}).map(({ at }) =>
      formatKeyPath(at),
    )
    const anomalies = texts.length === 0 ? [] : anomaliesOf(before.reading, after)
    const rootLast = texts.sort(
      (one, other) => Number(one.path === this.#options.path) - Number(other.path === this.#options.path),
    )
    const plan = {
      before,
      after,
      texts: rootLast,
      changed,
      anomalies,
      origin: options.origin ?? { source: 'start' as const },
    }
    return { plan, written: { ...after, changed, anomalies, written: rootLast.map(({ path }) => path) } }
  }
}

interface Drafted {
  readonly plan: WritePlan
  readonly written: ConfigWritten
}

function outcomeOf({ changed, written }: ConfigWritten): Pick<ConfigWritten, 'changed' | 'written'> {
  return { changed, written }
}

function overlayOf(texts: readonly ConfigText[]): Overlay {
  return new Map(texts.map(({ path, text }) => [path, text]))
}

function isNew(path: string, text: string, files: ConfigFiles): boolean {
  const file = files.get(path)
  return file?.exists !== true || file.text !== text
}

function refuseInvalid(before: ConfigReading, after: ConfigReading): void {
  const problems = problemsOfWrite(before.problems, after.problems)
  if (problems.length === 0) return
  throw new ConfigFailure('config-invalid', 'the configuration would be invalid', { details: { problems } })
}
