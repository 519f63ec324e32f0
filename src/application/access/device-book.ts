import type { DeviceEntries, PairedDevice, PendingDevice } from '../../domain/access/device-record.js'
import { readDeviceFile, writeDeviceFile } from '../../domain/access/pairing-file.js'
import { unavailable } from '../../domain/protocol/refusal.js'
import type { Document } from '../ports/document.js'
import { DeviceFailure } from './device-failure.js'

/** One change that waits for its turn. */
interface Waiting {
  /** Looks and decides; returns what to do when that is durable. */
  decide(draft: DeviceEntries): () => void
  fail(thrown: unknown): void
}

/**
 * All devices, in memory and on paper. Changes take their turn; those that wait together are written together. A change
 * is visible, and its promise resolves, when it is durable; one that could not be written has changed nothing.
 */
export class DeviceBook {
  readonly #document: Document
  #entries: DeviceEntries = { paired: new Map(), pending: new Map() }
  /** What is being written now. */
  #draft: DeviceEntries | undefined
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #hasUnsaved = false
  #isClosed = false

  constructor(document: Document) {
    this.#document = document
  }

  /** Everything durable, and what was noted since. */
  get entries(): DeviceEntries {
    return this.#entries
  }

  /** Reads what was kept. Rejects with a DeviceFailure when that cannot be understood, a DocumentFailure when not read. */
  async open(): Promise<void> {
    const text = await this.#document.read()
    if (text === null) return
    const reading = readDeviceFile(text)
    if (reading.kind === 'unreadable') {
      throw new DeviceFailure(
        'devices-unreadable',
        `cannot use the paired devices in ${this.#document.location}: ${reading.problem}. ` +
          'Restore it from a backup, or move it away; then all devices have to be paired again',
      )
    }
    this.#entries = reading.entries
  }

  /**
   * Changes something, durably.
   * @param decide sees all changes before it and changes the draft; when it throws, it must not have changed anything
   */
  change<T>(decide: (draft: DeviceEntries) => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(unavailable('the gateway is stopping', { retryable: true }))
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        decide: (draft) => {
          const decided = decide(draft)
          return () => resolve(decided)
        },
        fail: reject,
      })
      this.#writing ??= this.#writeAll()
    })
  }

  /** Replaces a paired device at once; it is written with the next change. For facts that may be lost in a crash. */
  notePaired(deviceId: string, update: (device: PairedDevice) => PairedDevice): void {
    this.#note((entries) => entries.paired, deviceId, update)
  }

  /** The same for a pending device. */
  notePending(requestId: string, update: (device: PendingDevice) => PendingDevice): void {
    this.#note((entries) => entries.pending, requestId, update)
  }

  /** Writes what was noted and lets go. Rejects with a DocumentFailure when that could not be written. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#writing
    if (!this.#hasUnsaved) return
    this.#hasUnsaved = false
    await this.#document.write(writeDeviceFile(this.#entries))
  }

  #note<T>(table: (entries: DeviceEntries) => Map<string, T>, key: string, update: (value: T) => T): void {
    for (const entries of [this.#entries, this.#draft]) {
      const value = entries && table(entries).get(key)
      if (entries !== undefined && value !== undefined) table(entries).set(key, update(value))
    }
    this.#hasUnsaved = true
  }

  async #writeAll(): Promise<void> {
    // Whatever is asked for in the same turn goes into the same write.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#writeTogether(this.#waiting.splice(0))
    this.#writing = undefined
  }

  async #writeTogether(changes: readonly Waiting[]): Promise<void> {
    const draft = { paired: new Map(this.#entries.paired), pending: new Map(this.#entries.pending) }
    const decided = changes.flatMap((change) => decideOn(change, draft))
    if (decided.length === 0) return
    this.#draft = draft
    const hadUnsaved = this.#hasUnsaved
    this.#hasUnsaved = false
    try {
      await this.#document.write(writeDeviceFile(draft))
      this.#entries = draft
      for (const { settle } of decided) settle()
    } catch (thrown) {
      this.#hasUnsaved ||= hadUnsaved
      for (const { fail } of decided) fail(thrown)
    } finally {
      this.#draft = undefined
    }
  }
}

function decideOn(change: Waiting, draft: DeviceEntries) {
  try {
    return [{ settle: change.decide(draft), fail: change.fail }]
  } catch (thrown) {
    change.fail(thrown)
    return []
  }
}
