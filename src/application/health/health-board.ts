import type { AgentProfile } from '../../domain/config/agents.js'
import type { HeartbeatSettings } from '../../domain/heartbeat/heartbeat-settings.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import type { Channel } from '../ports/channel.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'
import type { ConfigHealth } from '../reload/config-health.js'

/** What the board reports on. */
export interface HealthSubjects {
  readonly agents: { readonly agents: readonly AgentProfile[] }
  readonly channels: readonly Channel[]
  /** How the heartbeats of an agent are. */
  readonly heartbeatOf: (agentId: string) => HeartbeatSettings
  /** How the file on disk and the running configuration stand to each other. */
  readonly config: () => ConfigHealth
}

const RECENT_SESSIONS = 5

/** The health snapshot, serialised once per refresh. */
export class HealthBoard {
  readonly #store: SessionStore
  readonly #clock: Clock
  readonly #subjects: HealthSubjects
  #version = 1
  #snapshot = new RawJson('{}')

  constructor(store: SessionStore, clock: Clock, subjects: HealthSubjects) {
    this.#store = store
    this.#clock = clock
    this.#subjects = subjects
  }

  /** Goes up with every refresh. */
  get version(): number {
    return this.#version
  }

  /** The last snapshot; `{}` before the first refresh. */
  get snapshot(): RawJson {
    return this.#snapshot
  }

  async refresh(): Promise<void> {
    const startedAt = this.#clock.monotonic()
    const now = this.#clock.now()
    const sessions = await this.#sessions(now)
    const { channels, config, heartbeatOf } = this.#subjects
    const { agents } = this.#subjects.agents
    const defaultAgent = agents[0]
    const channelIds = [...new Set(channels.map((channel) => channel.id))]
    this.#snapshot = new RawJson(
      JSON.stringify({
        ok: true,
        ts: now,
        durationMs: Math.round(this.#clock.monotonic() - startedAt),
        channels: Object.fromEntries(channelIds.map((id) => [id, this.#channel(id)])),
        channelOrder: channelIds,
        channelLabels: Object.fromEntries(channels.map((channel) => [channel.id, channel.label])),
        heartbeatSeconds: Math.round(heartbeatOf(defaultAgent?.id ?? 'main').everyMs / 1000),
        defaultAgentId: defaultAgent?.id ?? 'main',
        agents: agents.map((agent) => ({
          agentId: agent.id,
          ...(agent.name === undefined ? {} : { name: agent.name }),
          isDefault: agent.isDefault,
          heartbeat: shownHeartbeat(heartbeatOf(agent.id)),
          sessions,
        })),
        sessions,
        config: config(),
      }),
    )
    this.#version++
  }

  async #sessions(now: number) {
    const recent = await this.#store.list({ limit: RECENT_SESSIONS })
    return {
      path: this.#store.location,
      count: await this.#store.count(),
      recent: recent.map(({ key, updatedAt }) => ({ key, updatedAt, age: now - updatedAt })),
    }
  }

  #channel(id: string) {
    const accounts = this.#subjects.channels.filter((channel) => channel.id === id).map((channel) => channel.status())
    const first = accounts[0]
    return {
      accountId: first?.accountId ?? 'default',
      configured: first?.configured ?? false,
      linked: first?.connected ?? false,
      accounts: Object.fromEntries(accounts.map((account) => [account.accountId, account])),
    }
  }
}

function shownHeartbeat({ everyMs, every, prompt, target, model, ackMaxChars }: HeartbeatSettings): object {
  return {
    enabled: everyMs > 0,
    every,
    everyMs: everyMs === 0 ? null : everyMs,
    prompt: prompt ?? '',
    target,
    ...(model === null ? {} : { model }),
    ackMaxChars,
  }
}
