import type { CronDesk } from './cron-desk.js'

/** The desk of jobs, for the tool that is made before it: jobs need runs, and runs need tools. */
export class CronReference {
  #desk: CronDesk | undefined

  use(desk: CronDesk): CronDesk {
    this.#desk = desk
    return desk
  }

  /** Throws before there is one, which is before any run. */
  get current(): CronDesk {
    if (this.#desk === undefined) throw new Error('there is no desk of jobs yet')
    return this.#desk
  }
}
