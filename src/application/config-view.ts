import { RawJson } from '../domain/protocol/raw-json.js'
import type { ConfigReading, ConfigSource } from './ports/config-source.js'

/** What `config.get` answers: the file as it stands, without secrets, serialised once per change. */
export class ConfigView {
  readonly #source: ConfigSource
  #json: RawJson | undefined
  #reading: Promise<RawJson> | undefined
  #unwatch: () => void = () => undefined

  constructor(source: ConfigSource) {
    this.#source = source
  }

  start(): void {
    this.#unwatch = this.#source.watch(() => {
      this.#json = undefined
    })
  }

  stop(): void {
    this.#unwatch()
  }

  /** The answer itself when nothing changed, else a promise of it. */
  read(): RawJson | Promise<RawJson> {
    if (this.#json !== undefined) return this.#json
    this.#reading ??= this.#source
      .read()
      .then((reading) => {
        this.#json = new RawJson(JSON.stringify(viewOf(reading)))
        return this.#json
      })
      .finally(() => {
        this.#reading = undefined
      })
    return this.#reading
  }
}

function viewOf(reading: ConfigReading): object {
  const isValid = reading.config !== null
  return {
    path: reading.path,
    exists: reading.exists,
    raw: isValid ? reading.redactedRaw : null,
    parsed: isValid ? reading.redactedParsed : null,
    resolved: isValid ? reading.redactedParsed : {},
    valid: isValid,
    config: isValid ? reading.redactedConfig : {},
    hash: reading.hash,
    issues: reading.problems,
    warnings: reading.warnings,
    legacyIssues: [],
  }
}
