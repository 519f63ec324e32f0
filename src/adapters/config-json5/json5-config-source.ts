import { basename, dirname } from 'node:path'
import {
  type ConfigEdit,
  ConfigFailure,
  type ConfigReading,
  type ConfigSource,
} from '../../application/ports/config-source.js'
import type { PathBase } from './absolute-paths.js'
import { applyEdits } from './apply-edits.js'
import { type FileText, readText } from './read-text.js'
import { watchFile } from './watch-file.js'
import { refuseReadonly, writeDurably } from './write-durably.js'

export interface Json5ConfigSourceOptions {
  /** Absolute path of the file; it need not exist. */
  readonly path: string
  /** Absolute home directory, for `~` in values. */
  readonly home: string
  /** The file is kept by somebody else: every edit fails with `config-readonly`. */
  readonly readonly?: boolean
}

/** The configuration in one JSON5 file, which belongs to the operator: edits touch nothing but the named values. */
export class Json5ConfigSource implements ConfigSource {
  readonly #path: string
  readonly #base: PathBase
  readonly #readonly: boolean
  /** The edit under way; the next one waits for it, so that two never start from the same text. */
  #editing: Promise<unknown> = Promise.resolve()

  constructor(options: Json5ConfigSourceOptions) {
    this.#path = options.path
    this.#base = { directory: dirname(options.path), home: options.home }
    this.#readonly = options.readonly ?? false
  }

  async read(): Promise<ConfigReading> {
    return this.#readingOf(await readText(this.#path))
  }

  edit(edits: readonly ConfigEdit[], options: { readonly baseHash?: string } = {}): Promise<ConfigReading> {
    const edited = this.#editing.then(() => this.#edit(edits, options.baseHash))
    this.#editing = edited.catch((failure: unknown) => failure)
    return edited
  }

  watch(changed: () => void): () => void {
    return watchFile(this.#path, changed)
  }

  async #edit(edits: readonly ConfigEdit[], baseHash: string | undefined): Promise<ConfigReading> {
    if (this.#readonly) throw new ConfigFailure('config-readonly', 'config is managed elsewhere')
    const current = await this.read()
    if (baseHash !== undefined && baseHash !== current.hash) {
      throw new ConfigFailure('config-changed', 'config has changed since it was read')
    }
    if (current.parsed === null) throw wouldBeInvalid(current)
    const text = applyEdits(current.raw, edits)
    if (text === current.raw) return current
    const next = await this.#readingOf({ exists: true, raw: text, hash: '', problem: null })
    if (next.config === null) throw wouldBeInvalid(next)
    await refuseReadonly(this.#path)
    await writeDurably(this.#path, text)
    return this.read()
  }

  /** The schema is loaded here and not before: whoever needs only the port of a gateway never comes this way. */
  async #readingOf({ problem, ...text }: FileText): Promise<ConfigReading> {
    const { judgeText, unreadable } = await import('./judge-text.js')
    const judgement =
      problem === null
        ? judgeText(text.raw, this.#path, this.#base)
        : unreadable({ path: '', code: 'parse_error', file: basename(this.#path), ...problem })
    return { path: this.#path, ...text, ...judgement }
  }
}

function wouldBeInvalid({ problems }: ConfigReading): ConfigFailure {
  return new ConfigFailure('config-invalid', 'the configuration would be invalid', { details: { problems } })
}
