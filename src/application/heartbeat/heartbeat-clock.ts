import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import type { AgentProfile } from '../../domain/config/agents.js'
import { messageOf } from '../../domain/failure.js'
import { isActive } from '../../domain/heartbeat/active-hours.js'
import { isIdleList } from '../../domain/heartbeat/heartbeat-answer.js'
import type { Clock, Timer } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { WorkspaceFiles } from '../ports/workspace-files.js'
import type { RunDesk } from '../runs/run-desk.js'
import type { HeartbeatOutcome, Heartbeats } from './heartbeats.js'
import type { SystemEvents } from './system-events.js'

/** Longest sleep, so that a machine that was asleep or set its clock is noticed, in milliseconds. */
const LONGEST_SLEEP_MS = 60_000
const LIST = 'HEARTBEAT.md'

export interface HeartbeatClockParts {
  readonly heartbeats: Pick<Heartbeats, 'beat' | 'tell' | 'settingsOf' | 'sessionOf' | 'isEnabled'>
  readonly systemEvents: Pick<SystemEvents, 'isWaiting'>
  readonly agents: Pick<AgentDirectory, 'agents'>
  readonly desk: Pick<RunDesk, 'runsOf'>
  readonly files: Pick<WorkspaceFiles, 'read'>
  /** IANA name of the zone of this machine. */
  readonly localZone: () => string
  readonly clock: Clock
  readonly log: Log
}

/** When an agent is to look again, and how long it is between two looks. Unix milliseconds. */
interface Plan {
  readonly everyMs: number
  readonly at: number
}

/**
 * Heartbeats by the clock. A look costs a call of the model, so there is none when nobody has written down what to look
 * after, while the session has something else to do, and outside of the active hours.
 */
export class HeartbeatClock {
  readonly #parts: HeartbeatClockParts
  readonly #plans = new Map<string, Plan>()
  readonly #looking = new Set<string>()
  #timer: Timer | undefined
  #isRunning = false

  constructor(parts: HeartbeatClockParts) {
    this.#parts = parts
  }

  start(): void {
    this.#isRunning = true
    this.adjust()
  }

  stop(): void {
    this.#isRunning = false
    this.#timer?.cancel()
    this.#plans.clear()
  }

  /** Takes over changed settings. Whose interval is what it was keeps its time. */
  adjust(): void {
    if (!this.#isRunning) return
    const { agents, heartbeats, clock } = this.#parts
    const now = clock.now()
    const before = new Map(this.#plans)
    this.#plans.clear()
    for (const { id } of agents.agents) {
      const { everyMs } = heartbeats.settingsOf(id)
      const known = before.get(id)
      if (everyMs > 0) this.#plans.set(id, known?.everyMs === everyMs ? known : { everyMs, at: now + everyMs })
    }
    this.#sleep()
  }

  #sleep(): void {
    this.#timer?.cancel()
    if (!this.#isRunning || this.#plans.size === 0) return
    const { clock } = this.#parts
    const next = Math.min(...[...this.#plans.values()].map(({ at }) => at))
    const waitMs = Math.min(Math.max(0, next - clock.now()), LONGEST_SLEEP_MS)
    this.#timer = clock.after(waitMs, () => this.#wakeUp())
  }

  #wakeUp(): void {
    const now = this.#parts.clock.now()
    for (const agent of this.#parts.agents.agents) {
      const plan = this.#plans.get(agent.id)
      if (plan === undefined || plan.at > now) continue
      const missed = Math.floor((now - plan.at) / plan.everyMs)
      this.#plans.set(agent.id, { ...plan, at: plan.at + (missed + 1) * plan.everyMs })
      void this.#look(agent)
    }
    this.#sleep()
  }

  /** Never rejects. One look of an agent at a time. */
  async #look(agent: AgentProfile): Promise<void> {
    if (this.#looking.has(agent.id)) return
    this.#looking.add(agent.id)
    try {
      const obstacle = await this.#obstacleFor(agent)
      if (!this.#isRunning) return
      if (obstacle === null) await this.#parts.heartbeats.beat({ agentId: agent.id, reason: 'clock' })
      else this.#parts.heartbeats.tell(obstacle)
    } catch (thrown) {
      this.#parts.log.warn('heartbeat failed', { agentId: agent.id, error: messageOf(thrown) })
    } finally {
      this.#looking.delete(agent.id)
    }
  }

  /** Why there is nothing to ask the agent now; null = there is. */
  async #obstacleFor({ id, workspace }: AgentProfile): Promise<HeartbeatOutcome | null> {
    const { heartbeats, systemEvents, desk, files, clock, localZone } = this.#parts
    const { activeHours } = heartbeats.settingsOf(id)
    const sessionKey = heartbeats.sessionOf(id)
    if (!heartbeats.isEnabled) return { status: 'skipped', reason: 'disabled' }
    if (!isActive(activeHours, clock.now(), localZone)) return { status: 'skipped', reason: 'quiet-hours' }
    if (desk.runsOf(sessionKey).length > 0) return { status: 'skipped', reason: 'requests-in-flight' }
    if (systemEvents.isWaiting(sessionKey)) return null
    const list = await files.read(workspace, LIST)
    return list === null || isIdleList(list.text) ? { status: 'skipped', reason: 'empty-heartbeat-file' } : null
  }
}
