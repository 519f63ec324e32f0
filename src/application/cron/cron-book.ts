import { messageOf } from '../../domain/failure.js'
import { type CronJob, cronJobSchema } from '../../domain/protocol/cron-job.js'
import { unavailable } from '../../domain/protocol/refusal.js'
import type { Document } from '../ports/document.js'
import type { Log } from '../ports/log.js'

export interface CronBookParts {
  readonly document: Document
  readonly log: Log
}

/** What a change makes of all jobs; null = nothing changes. */
type Change = (jobs: ReadonlyMap<string, CronJob>) => ReadonlyMap<string, CronJob> | null

/** The jobs. A change is durable when it resolves; one that cannot be written has not happened. */
export class CronBook {
  readonly #parts: CronBookParts
  #jobs: ReadonlyMap<string, CronJob> = new Map()
  /** Why nothing may be written: what is there cannot be read and must not be overwritten. */
  #obstacle: string | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: CronBookParts) {
    this.#parts = parts
  }

  get location(): string {
    return this.#parts.document.location
  }

  get jobs(): readonly CronJob[] {
    return [...this.#jobs.values()]
  }

  /** Reads the jobs. A document that cannot be read stays as it is; there are no jobs then, and none can be added. */
  async open(): Promise<void> {
    const { document, log } = this.#parts
    this.#jobs = new Map()
    this.#obstacle = null
    try {
      const text = await document.read()
      if (text !== null) this.#jobs = this.#read(text)
    } catch (thrown) {
      this.#obstacle = `${document.location} cannot be read: ${messageOf(thrown)}`
      log.error('the jobs cannot be read; none will run', { path: document.location, error: messageOf(thrown) })
    }
  }

  find(id: string): CronJob | undefined {
    return this.#jobs.get(id)
  }

  /** Adds a job, or puts it in the place of the one with its id. */
  async put(job: CronJob): Promise<void> {
    await this.#change((jobs) => new Map(jobs).set(job.id, job))
  }

  /** What `change` makes of a job that is there; null = it goes. Resolves with what became of it, null also when it was not there. */
  async update(id: string, change: (job: CronJob) => CronJob | null): Promise<CronJob | null> {
    let changed: CronJob | null = null
    await this.#change((jobs) => {
      const job = jobs.get(id)
      if (job === undefined) return null
      changed = change(job)
      const next = new Map(jobs)
      if (changed === null) next.delete(id)
      else next.set(id, changed)
      return next
    })
    return changed
  }

  /** False when there is no such job. */
  async remove(id: string): Promise<boolean> {
    const isThere = this.#jobs.has(id)
    await this.update(id, () => null)
    return isThere
  }

  /** One change after the other, each on what the one before has left. */
  #change(change: Change): Promise<void> {
    const done = this.#last.then(() => this.#write(change))
    this.#last = done.catch(() => undefined)
    return done
  }

  async #write(change: Change): Promise<void> {
    const next = change(this.#jobs)
    if (next === null) return
    if (this.#obstacle !== null) throw unavailable(`jobs cannot be changed: ${this.#obstacle}`)
    try {
      await this.#parts.document.write(`${JSON.stringify({ version: 1, jobs: [...next.values()] }, null, 2)}\n`)
    } catch (thrown) {
      throw unavailable(`the job could not be saved: ${messageOf(thrown)}`, { retryable: true, cause: thrown })
    }
    this.#jobs = next
  }

  /** @throws SyntaxError when one of them is not understood: rather none run than one is lost with the next change */
  #read(text: string): ReadonlyMap<string, CronJob> {
    const { jobs } = JSON.parse(text) as { readonly jobs?: unknown }
    if (!Array.isArray(jobs)) throw new SyntaxError('it holds no list of jobs')
    const known = new Map<string, CronJob>()
    for (const [index, written] of jobs.entries()) {
      const { success, data, error } = cronJobSchema().safeParse(written)
      if (!success)
        throw new SyntaxError(`job ${index + 1}: at /${error.issues[0]?.path.join('/')}: ${error.issues[0]?.message}`)
      known.set(data.id, data)
    }
    return known
  }
}
