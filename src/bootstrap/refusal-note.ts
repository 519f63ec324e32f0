import { rm, writeFile } from 'node:fs/promises'

/**
 * A note beside a configuration file that cannot be started: why, and since when. The file itself is left as its owner
 * wrote it. Steps follow one another in the order they were asked for.
 */
export class RefusalNote {
  readonly path: string
  #isThere = false
  #last: Promise<void> = Promise.resolve()

  /** @param configPath absolute path of the configuration file */
  constructor(configPath: string) {
    this.path = `${configPath}.refused.txt`
  }

  /** Resolves when the note stands; rejects when it cannot be written. */
  write(reason: string, now: Date): Promise<void> {
    const text =
      `${now.toISOString()} The gateway did not take over this file: ${reason}\n` +
      'It runs on the last good configuration until the file is changed; this note goes away by itself.\n'
    this.#isThere = true
    return this.#next(() => writeFile(this.path, text, { mode: 0o600 }))
  }

  /** Takes the note away, if this process wrote one. */
  remove(): Promise<void> {
    if (!this.#isThere) return this.#last
    this.#isThere = false
    return this.#next(() => rm(this.path, { force: true }))
  }

  #next(step: () => Promise<void>): Promise<void> {
    const done = this.#last.then(step, step)
    this.#last = done
    return done
  }
}
