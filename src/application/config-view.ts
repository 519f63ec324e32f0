import { RawJson } from '../domain/protocol/raw-json.js'
import type { ConfigReading, ConfigSource } from './ports/config-source.js'

/** What `config.get` answers: the file as it stands, without secrets, serialised once per change. */
export class ConfigView {
  readonly #source: Pick<ConfigSource, 'read' | 'watch'>
  #json: RawJson | undefined
  #reading: Promise<RawJson> | undefined
  /** Goes up with every change, so that a reading begun before a change is not kept after it. */
  #generation = 0
  #unwatch: () => void = () => undefined

  constructor(source: Pick<ConfigSource, 'read' | 'watch'>) {
    this.#source = source
  }

  start(): void {
    this.#unwatch = this.#source.watch(() => this.expire())
  }

  /** What was answered before is not current any more. */
  expire(): void {
    this.#generation++
    this.#json = undefined
    this.#reading = undefined
  }

  stop(): void {
    this.#unwatch()
  }

  /** The answer itself when nothing changed, else a promise of it. */
  read(): RawJson | Promise<RawJson> {
    if (this.#json !== undefined) return this.#json
    this.#reading ??= this.#readAnew(this.#generation)
    return this.#reading
  }

  async #readAnew(generation: number): Promise<RawJson> {
    try {
      const json = new RawJson(JSON.stringify(viewOf(await this.#source.read())))
      if (generation === this.#generation) this.#json = json
      return json
    } finally {
      if (generation === this.#generation) this.#reading = undefined
    }
  }
}

function viewOf(reading: ConfigReading): object {
  const isValid = reading.config !== null
  return {
    path: reading.path,
    exists: reading.exists,
    raw: isValid ? reading.redactedRaw : null,
    parsed: isValid ? reading.redactedParsed : null,
    resolved: isValid ? reading.redactedResolved : {},
    valid: isValid,
    config: isValid ? reading.redactedConfig : {},
    hash: reading.hash,
    snapshotHash: reading.snapshotHash,
    issues: reading.problems,
    warnings: reading.warnings,
    legacyIssues: [],
  }
}
