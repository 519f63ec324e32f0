import type { GatewayConnection } from '../connection/gateway-connection.js'
import { RequestRefused } from '../connection/request-refused.js'
import { soon } from '../elements/soon.js'

/** A view where somebody has to decide, how to ask for what waits there, and which events change it. */
interface Queue {
  readonly view: string
  readonly method: string
  /** What its answer calls the list of them. */
  readonly list: 'pending' | 'requests'
  readonly events: readonly string[]
}

const QUEUES: readonly Queue[] = [
  {
    view: 'approvals',
    method: 'exec.approval.list',
    list: 'pending',
    events: ['exec.approval.requested', 'exec.approval.resolved'],
  },
  {
    view: 'devices',
    method: 'device.pair.list',
    list: 'pending',
    events: ['device.pair.requested', 'device.pair.resolved'],
  },
  {
    view: 'channels',
    method: 'pairing.list',
    list: 'requests',
    events: ['channel.pairing.requested', 'channel.pairing.resolved'],
  },
]
const QUIET_MS = 300
/** Requests run out without an event. */
const LOOK_AGAIN_MS = 60_000

/** How many decisions wait in each view, kept up to date while the page is open. */
export class PendingCounts {
  readonly #connection: GatewayConnection
  readonly #changed: () => void
  readonly #counts = new Map<string, number>()

  /** @param changed called when a count has changed */
  constructor(connection: GatewayConnection, changed: () => void) {
    this.#connection = connection
    this.#changed = changed
    for (const queue of QUEUES) {
      const count = soon(() => void this.#count(queue), QUIET_MS)
      for (const event of queue.events) connection.on(event, count.ask)
      connection.onRefresh(count.ask)
    }
    setInterval(() => {
      if ([...this.#counts.values()].some((count) => count > 0)) this.count()
    }, LOOK_AGAIN_MS)
  }

  /** Zero where nothing waits, or where this browser may not decide. */
  of(view: string): number {
    return this.#counts.get(view) ?? 0
  }

  /** Asks the gateway for all of them. */
  count(): void {
    for (const queue of QUEUES) void this.#count(queue)
  }

  async #count({ view, method, list }: Queue): Promise<void> {
    if (!this.#connection.can(method)) return
    try {
      const answer =
        await this.#connection.request<Readonly<Partial<Record<Queue['list'], readonly unknown[]>>>>(method)
      const count = answer[list]?.length ?? 0
      if (count === this.of(view)) return
      this.#counts.set(view, count)
      this.#changed()
    } catch (thrown) {
      // A count that could not be had stays what it was; it is asked for again with the next event or connection.
      if (!(thrown instanceof RequestRefused)) throw thrown
    }
  }
}
