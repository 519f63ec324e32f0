import { spawn } from 'node:child_process'
import type { ServiceNotices } from '../../application/ports/service-notices.js'

/** Pings come three times in the time that systemd allows for one. */
const PINGS_PER_LIMIT = 3
/** A notice that takes longer is given up, so that those behind it get their turn. */
const LONGEST_MS = 5_000

export interface SystemdNoticesOptions {
  /** `NOTIFY_SOCKET` as systemd set it. */
  readonly socket: string
  /** `WATCHDOG_USEC`, where it is meant for this process; null = no watchdog. */
  readonly watchdogUsec: number | null
  /** Where programs are searched. */
  readonly searchPath: string
  /** Told why notices do not arrive, once. */
  readonly failed: (reason: string) => void
}

/**
 * Reports to systemd through its own program: Node cannot write to datagram sockets of Unix. `systemd-notify` (246 and later)
 * waits until its message was read, so that systemd can still tell from which unit it came. The event loop starts it and
 * does not wait.
 */
export class SystemdNotices implements ServiceNotices {
  readonly aliveEveryMs: number | null
  readonly #options: SystemdNoticesOptions
  #last: Promise<void> = Promise.resolve()
  #isPinging = false
  #hasFailed = false

  constructor(options: SystemdNoticesOptions) {
    this.#options = options
    const { watchdogUsec } = options
    this.aliveEveryMs = watchdogUsec === null ? null : Math.max(10, Math.floor(watchdogUsec / 1000 / PINGS_PER_LIMIT))
  }

  ready(status: string): void {
    void this.#send('READY=1', `STATUS=${status.replaceAll(/[\r\n]/g, ' ')}`)
  }

  reloading(): void {
    void this.#send('RELOADING=1', 'STATUS=restarting')
  }

  stopping(): void {
    void this.#send('STOPPING=1', 'STATUS=stopping')
  }

  /** Pings do not pile up where programs start slowly. */
  alive(): void {
    if (this.#isPinging) return
    this.#isPinging = true
    void this.#send('WATCHDOG=1').then(() => {
      this.#isPinging = false
    })
  }

  #send(...words: readonly string[]): Promise<void> {
    this.#last = this.#last.then(() => this.#run(words))
    return this.#last
  }

  #run(words: readonly string[]): Promise<void> {
    const { socket, searchPath } = this.#options
    return new Promise((resolve) => {
      const child = spawn('systemd-notify', ['--', ...words], {
        env: { PATH: searchPath, NOTIFY_SOCKET: socket },
        stdio: 'ignore',
        timeout: LONGEST_MS,
      })
      child.unref()
      child.on('error', (error) => {
        this.#fail(error.message)
        resolve()
      })
      child.on('exit', (code) => {
        if (code !== 0) this.#fail(`systemd-notify ended with ${code ?? 'a signal'}`)
        resolve()
      })
    })
  }

  #fail(reason: string): void {
    if (!this.#hasFailed) this.#options.failed(reason)
    this.#hasFailed = true
  }
}
