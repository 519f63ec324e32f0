import type { RunDesk } from './run-desk.js'

/** The desk, for those who are made before it: runs need tools, some tools need the desk, and the desk needs runs. */
export class DeskReference {
  #desk: RunDesk | undefined

  use(desk: RunDesk): RunDesk {
    this.#desk = desk
    return desk
  }

  /** Throws before there is one, which is before any run. */
  get current(): RunDesk {
    if (this.#desk === undefined) throw new Error('there is no desk yet')
    return this.#desk
  }
}
