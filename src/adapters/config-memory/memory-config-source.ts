import { createHash } from 'node:crypto'
import JSON5 from 'json5'
import {
  type ConfigEdit,
  ConfigFailure,
  type ConfigReading,
  type ConfigSource,
} from '../../application/ports/config-source.js'
import { checkConfig } from '../../domain/config/check-config.js'
import { gatewayConfigSchema } from '../../domain/config/config.js'
import type { ConfigProblem } from '../../domain/config/problem.js'
import { redactConfig } from '../../domain/config/redact.js'
import { withEdits } from './with-edits.js'

/** A configuration that lives in memory, given as a value or as JSON5 text. An edit writes it anew as plain JSON. */
export class MemoryConfigSource implements ConfigSource {
  readonly #schema = gatewayConfigSchema()
  readonly #readonly: boolean
  readonly #listeners = new Set<() => void>()
  #text: string | null

  /** @param content what the file would say; null = there is no file */
  constructor(content: object | string | null = {}, options: { readonly readonly?: boolean } = {}) {
    this.#text = content === null || typeof content === 'string' ? content : toText(content)
    this.#readonly = options.readonly ?? false
  }

  async read(): Promise<ConfigReading> {
    return this.#readingOf(this.#text)
  }

  async edit(edits: readonly ConfigEdit[], options: { readonly baseHash?: string } = {}): Promise<ConfigReading> {
    if (this.#readonly) throw new ConfigFailure('config-readonly', 'config is managed elsewhere')
    const current = this.#readingOf(this.#text)
    if (options.baseHash !== undefined && options.baseHash !== current.hash) {
      throw new ConfigFailure('config-changed', 'config has changed since it was read')
    }
    if (current.parsed === null) throw invalid(current.problems)
    const edited = withEdits(current.parsed as object, edits)
    if (JSON.stringify(edited) === JSON.stringify(current.parsed)) return current
    const next = this.#readingOf(toText(edited))
    if (next.config === null) throw invalid(next.problems)
    this.replace(edited)
    return next
  }

  watch(changed: () => void): () => void {
    const listener = () => changed()
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Puts other content in place, as an operator with an editor would, and tells the watchers. */
  replace(content: object | string | null): void {
    this.#text = content === null || typeof content === 'string' ? content : toText(content)
    for (const listener of this.#listeners) queueMicrotask(listener)
  }

  #readingOf(text: string | null): ConfigReading {
    const raw = text ?? ''
    const facts = { path: 'memory', exists: text !== null, raw, hash: createHash('sha256').update(raw).digest('hex') }
    const parsed = parse(raw)
    if (parsed === null) {
      const problem: ConfigProblem = { path: '', code: 'parse_error', message: 'expected an object in JSON5' }
      const nothing = { parsed: null, config: null, redactedRaw: null, redactedParsed: null, redactedConfig: null }
      return { ...facts, ...nothing, problems: [problem], warnings: [] }
    }
    const checked = checkConfig(this.#schema, parsed, this.#schema.safeParse(parsed))
    const redacted = redactConfig(this.#schema, parsed)
    return {
      ...facts,
      parsed,
      config: checked.config,
      problems: checked.problems.map(({ problem }) => problem),
      warnings: checked.warnings.map(({ problem }) => problem),
      redactedRaw: toText(redacted),
      redactedParsed: redacted,
      redactedConfig: redactConfig(this.#schema, checked.config),
    }
  }
}

function invalid(problems: readonly ConfigProblem[]): ConfigFailure {
  return new ConfigFailure('config-invalid', 'the configuration would be invalid', { details: { problems } })
}

/** The object the text says, or null when it says none. A text of comments says an empty one. */
function parse(text: string): object | null {
  if (text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').trim() === '') return {}
  try {
    const value: unknown = JSON5.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function toText(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`
}
