/** The memory of a gateway, after a full garbage collection. */
export interface Memory {
  /** Objects of JavaScript. */
  readonly heapBytes: number
  /** Memory the system counts for the process; C libraries give little of it back. */
  readonly residentBytes: number
}

/** What a gateway holds at a moment. */
export interface Vitals extends Memory {
  /** Timers that are alive, those that do not keep the process alive included. */
  readonly timers: number
  /** Open sockets of the process, whoever opened them. */
  readonly openSockets: number
}

/** How much more than before may be held when everybody has gone. */
export interface Allowance extends Memory {
  readonly timers: number
}
