import { createHash } from 'node:crypto'
import JSON5 from 'json5'
import {
  type ConfigEdit,
  ConfigFailure,
  type ConfigReading,
  type ConfigSource,
  type ConfigText,
  type ConfigWriteOptions,
  type ConfigWritten,
} from '../../application/ports/config-source.js'
import { blameReference } from '../../domain/config/blame-reference.js'
import { changedValues } from '../../domain/config/changed-values.js'
import { checkConfig } from '../../domain/config/check-config.js'
import { gatewayConfigSchema } from '../../domain/config/config.js'
import { environmentBlock, withEnvironmentBlock } from '../../domain/config/environment-block.js'
import type { LocatedProblem } from '../../domain/config/explain-issues.js'
import { formatKeyPath } from '../../domain/config/key-path.js'
import type { ConfigProblem } from '../../domain/config/problem.js'
import { problemsOfWrite } from '../../domain/config/problems-of-write.js'
import { redactConfig } from '../../domain/config/redact.js'
import { rootPlace } from '../../domain/config/schema-place.js'
import { withStoredSecrets } from '../../domain/config/stored-secrets.js'
import type { Variables } from '../../domain/config/substitute-variables.js'
import { fillInValues } from './fill-in-values.js'
import { withEdits } from './with-edits.js'
import { withReferences } from './with-references.js'

const PATH = 'memory'

export interface MemoryConfigSourceOptions {
  readonly readonly?: boolean
  /** The environment that references look into. Default: empty. */
  readonly variables?: Variables
}

/** A configuration that lives in memory, given as a value or as JSON5 text. An edit writes it anew as plain JSON. */
export class MemoryConfigSource implements ConfigSource {
  readonly #schema = gatewayConfigSchema()
  readonly #readonly: boolean
  readonly #variables: Variables
  readonly #listeners = new Set<() => void>()
  #text: string | null

  /** @param content what the file would say; null = there is no file */
  constructor(content: object | string | null = {}, options: MemoryConfigSourceOptions = {}) {
    this.#text = textOf(content)
    this.#readonly = options.readonly ?? false
    this.#variables = options.variables ?? {}
  }

  async read(): Promise<ConfigReading> {
    return this.#readingOf(this.#text)
  }

  async preview(texts: readonly ConfigText[]): Promise<ConfigReading> {
    return this.#readingOf(texts.find(({ path }) => path === PATH)?.text ?? this.#text)
  }

  async edit(edits: readonly ConfigEdit[], options: ConfigWriteOptions = {}): Promise<ConfigWritten> {
    return this.#write(options, (current) => {
      if (current.parsed === null) throw invalid(current.problems)
      const edited = withEdits(current.parsed as object, edits)
      return JSON.stringify(edited) === JSON.stringify(current.parsed) ? null : toText(edited)
    })
  }

  async replace(text: string | readonly ConfigText[], options: ConfigWriteOptions = {}): Promise<ConfigWritten> {
    const sent = typeof text === 'string' ? text : (text.find(({ path }) => path === PATH)?.text ?? null)
    return this.#write(options, (current) => (sent === null ? null : withSecrets(sent, current)))
  }

  watch(changed: () => void): () => void {
    const listener = () => changed()
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Puts other content in place, as an operator with an editor would, and tells the watchers. */
  put(content: object | string | null): void {
    this.#text = textOf(content)
    for (const listener of this.#listeners) queueMicrotask(listener)
  }

  /** @param draft the new text, or null when nothing changes */
  #write(options: ConfigWriteOptions, draft: (current: ConfigReading) => string | null): ConfigWritten {
    if (this.#readonly && options.dryRun !== true)
      throw new ConfigFailure('config-readonly', 'config is managed elsewhere')
    const current = this.#readingOf(this.#text)
    if (options.baseHash !== undefined && options.baseHash !== current.hash) {
      throw new ConfigFailure('config-changed', 'config has changed since it was read')
    }
    const text = draft(current)
    if (text === null || text === this.#text) return { ...current, changed: [], written: [], anomalies: [] }
    const next = this.#readingOf(text)
    const problems = problemsOfWrite(current.problems, next.problems)
    if (problems.length > 0) throw invalid(problems)
    if (options.dryRun !== true) this.put(text)
    const changed = changedValues(current.resolved ?? {}, next.resolved ?? {}).map(({ at }) => formatKeyPath(at))
    return { ...next, changed, written: [PATH], anomalies: [] }
  }

  #readingOf(text: string | null): ConfigReading {
    const raw = text ?? ''
    const hash = createHash('sha256').update(raw).digest('hex')
    const facts = { path: PATH, exists: text !== null, raw, hash, snapshotHash: hash, files: [], origins: new Map() }
    const parsed = parse(raw)
    if (parsed === null) {
      const problem: ConfigProblem = { path: '', code: 'parse_error', message: 'expected an object in JSON5' }
      return { ...facts, ...NOTHING, problems: [problem] }
    }
    const block = environmentBlock(parsed, this.#variables)
    const variables = withEnvironmentBlock(this.#variables, block)
    const filled = fillInValues(parsed, rootPlace(this.#schema), variables)
    const unfilled = new Set(filled.problems.map(({ problem }) => problem.path))
    const checked = checkConfig(this.#schema, filled.value, this.#schema.safeParse(filled.value))
    const found = checked.problems.filter(({ problem }) => !unfilled.has(problem.path))
    const problems = [...filled.problems, ...found.map((located) => blamed(located, filled.names))]
    const config = problems.length === 0 ? checked.config : null
    const redacted = redactConfig(this.#schema, parsed)
    const shown = (value: unknown) => withReferences(redactConfig(this.#schema, value), filled.pure)
    return {
      ...facts,
      parsed,
      resolved: filled.value,
      variables: block,
      config,
      problems: problems.map(({ problem }) => problem),
      warnings: checked.warnings.map(({ problem }) => problem),
      redactedRaw: toText(redacted),
      redactedParsed: redacted,
      redactedResolved: shown(filled.value),
      redactedConfig: shown(config),
    }
  }
}

const NOTHING = {
  parsed: null,
  resolved: null,
  config: null,
  warnings: [],
  variables: {},
  redactedRaw: null,
  redactedParsed: null,
  redactedResolved: null,
  redactedConfig: null,
}

function blamed(located: LocatedProblem, names: ReadonlyMap<string, string>): LocatedProblem {
  const name = names.get(located.problem.path)
  return name === undefined ? located : blameReference(located, `environment variable ${name}`)
}

/** The sent text, with what is stored in place of the placeholders that were shown for it. */
function withSecrets(sent: string, current: ConfigReading): string {
  const value = parse(sent)
  if (value === null) return sent
  const { value: restored, missing } = withStoredSecrets(value, current.parsed ?? {})
  if (missing.length > 0) {
    const message = 'the placeholder of a secret stands where nothing is stored'
    throw invalid(missing.map((at) => ({ path: formatKeyPath(at), code: 'bad_value', message })))
  }
  return JSON.stringify(restored) === JSON.stringify(value) ? sent : toText(restored)
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

function textOf(content: object | string | null): string | null {
  return content === null || typeof content === 'string' ? content : toText(content)
}

function toText(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`
}
