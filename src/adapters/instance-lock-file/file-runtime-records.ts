import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RuntimeRecord, RuntimeRecordInput, RuntimeRecords } from '../../application/ports/runtime-record.js'
import { Failure } from '../../domain/failure.js'
import { processStart } from './process-start.js'

/** The runtime record in `<state dir>/run/gateway.json`, mode 600. */
export class FileRuntimeRecords implements RuntimeRecords {
  readonly #directory: string
  readonly #path: string
  /** Writes in the order they were asked for. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(stateDir: string) {
    this.#directory = join(stateDir, 'run')
    this.#path = join(this.#directory, 'gateway.json')
  }

  write(record: RuntimeRecordInput): Promise<void> {
    const full: RuntimeRecord = { pid: process.pid, processStart: processStart(process.pid), ...record }
    return this.#inOrder(() => this.#replace(`${JSON.stringify(full, null, 2)}\n`))
  }

  async readLive(): Promise<RuntimeRecord | null> {
    const record = await this.#read()
    if (record === null) return null
    const start = processStart(record.pid)
    if (start === 'gone') return null
    return start === null || record.processStart === null || start === record.processStart ? record : null
  }

  remove(): Promise<void> {
    return this.#inOrder(async () => {
      const record = await this.#read()
      const isOurs = record?.pid === process.pid && record.processStart === processStart(process.pid)
      if (isOurs) await rm(this.#path, { force: true })
    })
  }

  async #replace(text: string): Promise<void> {
    const draft = `${this.#path}.${randomUUID()}`
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 })
      await writeFile(draft, text, { mode: 0o600 })
      await rename(draft, this.#path)
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error'
      throw new Failure('record-unwritable', `cannot write ${this.#path}: ${code}`, { cause: thrown })
    }
  }

  async #read(): Promise<RuntimeRecord | null> {
    const text = await readFile(this.#path, 'utf8').catch(() => null)
    return text === null ? null : parse(text)
  }

  #inOrder(step: () => Promise<void>): Promise<void> {
    const next = this.#last.then(step, step)
    this.#last = next.catch(() => null)
    return next
  }
}

function parse(text: string): RuntimeRecord | null {
  try {
    const value = JSON.parse(text) as Partial<RuntimeRecord> | null
    const isRecord = Number.isInteger(value?.pid) && Number.isInteger(value?.port) && Array.isArray(value?.urls)
    return isRecord ? (value as RuntimeRecord) : null
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}
