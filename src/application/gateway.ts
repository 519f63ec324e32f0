import { type Closure, closures } from '../domain/protocol/close-codes.js'
import { limits } from '../domain/protocol/limits.js'
import type { DeviceRegistry } from './access/device-registry.js'
import type { LoginThrottle } from './access/login-throttle.js'
import type { ChannelDesk } from './channels/channel-desk.js'
import type { ConfigView } from './config-view.js'
import type { Broadcast } from './connection/broadcast.js'
import type { Reception } from './connection/reception.js'
import type { SlowClients } from './connection/slow-clients.js'
import type { CronDesk } from './cron/cron-desk.js'
import type { PendingApprovals } from './exec/pending-approvals.js'
import type { HealthNews } from './health/health-news.js'
import type { HeartbeatClock } from './heartbeat/heartbeat-clock.js'
import type { SystemEvents } from './heartbeat/system-events.js'
import type { Cooldowns } from './models/cooldowns.js'
import type { AuditTrail } from './ports/audit-trail.js'
import type { Clock, Timer } from './ports/clock.js'
import type { HttpApp } from './ports/http-app.js'
import type { Log } from './ports/log.js'
import type { SessionStore } from './ports/session-store.js'
import type { Admission, Connection, Listener, Peer, TransportEvents } from './ports/transport.js'
import type { PresenceNews } from './presence/presence-news.js'
import type { RestartNote } from './reload/restart-note.js'
import type { RecoverRuns } from './runs/recover-runs.js'
import type { RunDesk } from './runs/run-desk.js'
import type { SessionMaintenance } from './sessions/session-maintenance.js'
import type { ToolRegistry } from './tools/tool-registry.js'

/** The parts of one instance, made by the composition root. */
export interface GatewayParts {
  readonly listener: Listener
  readonly store: SessionStore
  readonly reception: Reception
  readonly broadcast: Broadcast
  readonly slowClients: SlowClients
  readonly desk: RunDesk
  readonly recovery: RecoverRuns
  readonly restartNote: RestartNote
  readonly healthNews: HealthNews
  readonly presenceNews: PresenceNews
  readonly configView: ConfigView
  readonly devices: DeviceRegistry
  readonly throttle: LoginThrottle
  readonly cooldowns: Cooldowns
  readonly trail: AuditTrail
  readonly toolRegistry: ToolRegistry
  readonly pendingApprovals: PendingApprovals
  readonly channelDesk: ChannelDesk
  readonly maintenance: SessionMaintenance
  readonly cron: CronDesk
  readonly systemEvents: SystemEvents
  readonly heartbeatClock: HeartbeatClock
  readonly http: HttpApp
  readonly clock: Clock
  readonly log: Log
}

/** How an instance ends. */
export interface Farewell {
  /** Told to clients in the `shutdown` event. */
  readonly reason: string
  /** When clients may expect the gateway back, in milliseconds; null = it is not coming back by itself. */
  readonly restartExpectedMs: number | null
  /** How long running agents may take to end by themselves, in milliseconds. */
  readonly runGraceMs: number
  /** `shutdown`: what is still running is recorded as interrupted. `restart`: it goes back in line. */
  readonly ending: 'shutdown' | 'restart'
}

/** After being told to stop, how long a run may take; and how long clients have to read their last messages. */
const RUN_STOP_MS = 700
const CLIENT_DRAIN_MS = 700
const CHANNEL_STOP_MS = 500

/** One gateway instance: starts its parts in order, stops them in reverse, once. */
export class Gateway implements TransportEvents {
  readonly #parts: GatewayParts
  #tick: Timer | undefined

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  /** Resolves when clients are being served. Rejects when the store cannot be used; then nothing is left running. */
  async start(): Promise<void> {
    const { store, listener, channelDesk } = this.#parts
    await store.open()
    try {
      await this.#prepare()
    } catch (thrown) {
      await this.#settleDown({ runGraceMs: 0, ending: 'restart' })
      throw thrown
    }
    this.#tick = this.#parts.clock.every(limits.tickIntervalMs, () => this.#beat())
    listener.serve(this)
    this.#parts.trail.record('gateway-started', { actor: 'gateway' })
    await channelDesk.start()
    this.#parts.maintenance.start()
    this.#parts.heartbeatClock.start()
    await this.#parts.cron.start()
  }

  /**
   * Tells clients, gives running agents their grace, closes every socket, then the store. The listener keeps its port.
   */
  async stop(farewell: Farewell): Promise<void> {
    const { listener, broadcast, channelDesk } = this.#parts
    listener.suspend()
    broadcast.publish('shutdown', { reason: farewell.reason, restartExpectedMs: farewell.restartExpectedMs })
    this.#tick?.cancel()
    this.#parts.maintenance.stop()
    this.#parts.heartbeatClock.stop()
    this.#parts.cron.stop()
    this.#parts.trail.record('gateway-stopped', { actor: 'gateway', reason: farewell.reason })
    await channelDesk.quiet()
    await this.#settleDown(farewell)
  }

  fetch(request: Request, peer: Peer): Response | Promise<Response> {
    return this.#parts.http.fetch(request, peer)
  }

  /** Upgrades always succeed; who may stay is judged in `connect`, where the client can be told why not. */
  admit(): Admission {
    return 'accept'
  }

  opened(connection: Connection): void {
    this.#parts.reception.opened(connection)
  }

  received(connection: Connection, data: string | Uint8Array): void {
    this.#parts.reception.received(connection, data)
  }

  drained(connection: Connection): void {
    const client = this.#parts.reception.clientOf(connection)
    if (client !== undefined) this.#parts.slowClients.caughtUp(client)
  }

  closed(connection: Connection, ending: Closure): void {
    this.#parts.reception.closed(connection, ending)
  }

  failed(thrown: unknown): void {
    this.#parts.log.error('a handler failed', { err: thrown })
  }

  async #prepare(): Promise<void> {
    const { recovery, restartNote, healthNews, configView } = this.#parts
    const { devices, throttle, cooldowns, channelDesk, cron, systemEvents } = this.#parts
    const shelves = [devices, throttle, cooldowns, channelDesk, cron, systemEvents]
    await Promise.all(shelves.map((shelf) => shelf.open()))
    await restartNote.deliver()
    await recovery.recover()
    configView.start()
    await healthNews.start()
  }

  /** Ends runs, then what brings their answers to chats, then connections, then the store. */
  async #settleDown({ runGraceMs, ending }: Pick<Farewell, 'runGraceMs' | 'ending'>): Promise<void> {
    const { listener, desk, store, healthNews, presenceNews, configView, clock, devices, throttle, trail } = this.#parts
    const { toolRegistry, pendingApprovals, cooldowns, channelDesk, cron, systemEvents } = this.#parts
    healthNews.stop()
    presenceNews.stop()
    configView.stop()
    await desk.close(runGraceMs, RUN_STOP_MS, ending)
    await cron.close()
    await this.#stopChannels()
    pendingApprovals.close()
    await toolRegistry.close()
    const deadline = new AbortController()
    const timer = clock.after(CLIENT_DRAIN_MS, () => deadline.abort())
    await listener.drain(closures.serviceRestart, deadline.signal)
    timer.cancel()
    const shelves = [store, devices, throttle, cooldowns, channelDesk, systemEvents]
    await Promise.all(shelves.map((shelf) => shelf.close()))
    await trail.close()
  }

  #beat(): void {
    const { broadcast, slowClients, clock } = this.#parts
    broadcast.publish('tick', { ts: clock.now() })
    slowClients.sweep()
  }

  async #stopChannels(): Promise<void> {
    const { channelDesk, clock } = this.#parts
    await new Promise<void>((resolve) => {
      const late = clock.after(CHANNEL_STOP_MS, resolve)
      void channelDesk.stop().finally(() => {
        late.cancel()
        resolve()
      })
    })
  }
}
