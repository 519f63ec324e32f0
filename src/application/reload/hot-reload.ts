import type { AgentDirectory, ModelChoice } from '../../domain/config/agent-directory.js'
import { agentsOf } from '../../domain/config/agents.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { messageOf } from '../../domain/failure.js'
import type { PlannedAction } from '../../domain/reload/plan-actions.js'
import { formatReloadAction, type ReloadAction } from '../../domain/reload/reload-action.js'
import { laneCapsOf } from '../../domain/run/queue-lane.js'
import type { ClientReview } from '../access/client-review.js'
import type { ChannelDesk } from '../channels/channel-desk.js'
import type { CronDesk } from '../cron/cron-desk.js'
import type { HealthNews } from '../health/health-news.js'
import type { HeartbeatClock } from '../heartbeat/heartbeat-clock.js'
import type { AuditTrail } from '../ports/audit-trail.js'
import type { Log } from '../ports/log.js'
import type { RunDesk } from '../runs/run-desk.js'
import type { RevisionedStore } from '../sessions/revisioned-store.js'
import type { ConfigInUse } from './config-in-use.js'
import type { LiveConfig } from './live-config.js'

/** Of a change of everything the record keeps the beginning. */
const RECORDED_PATHS = 50

/** What a hot reload works on. */
export interface HotReloadParts {
  readonly live: LiveConfig
  readonly agents: AgentDirectory
  /** Directory of the default agent when the file names none. */
  readonly defaultWorkspace: string
  /** Rebuilds the model providers; returns who answers for agents that name no model. */
  readonly rebuildModels: (config: GatewayConfig) => ModelChoice
  readonly adjustLog: (config: GatewayConfig) => void
  readonly desk: RunDesk
  readonly review: ClientReview
  readonly store: RevisionedStore
  readonly channels: Pick<ChannelDesk, 'reload'>
  readonly cron: Pick<CronDesk, 'adjust'>
  readonly heartbeatClock: Pick<HeartbeatClock, 'adjust'>
  readonly healthNews: HealthNews
  readonly trail: Pick<AuditTrail, 'record'>
  readonly log: Log
}

/**
 * Brings a new snapshot into force while the instance runs: swaps it, then does the work that goes with the changes. A
 * failing piece of work does not undo the others.
 */
export class HotReload {
  readonly #parts: HotReloadParts

  constructor(parts: HotReloadParts) {
    this.#parts = parts
  }

  /**
   * Returns what failed, by action.
   * @param changed paths of the values that change, for the record
   */
  apply(
    next: ConfigInUse,
    actions: readonly PlannedAction[],
    changed: readonly string[],
  ): Readonly<Record<string, string>> {
    const { live, store, healthNews, trail, log } = this.#parts
    live.replace(next)
    trail.record('config-changed', { actor: 'gateway', details: { changed: changed.slice(0, RECORDED_PATHS) } })
    const failed: Record<string, string> = {}
    for (const { action } of actions) {
      try {
        this.#perform(action, next)
      } catch (thrown) {
        failed[formatReloadAction(action)] = messageOf(thrown)
        log.error('a reload action failed', { action: formatReloadAction(action), err: thrown })
      }
    }
    store.surroundingsChanged()
    healthNews.wanted()
    return failed
  }

  #perform(action: ReloadAction, next: ConfigInUse): void {
    switch (action.name) {
      case 'log':
        this.#parts.adjustLog(next.config)
        break
      case 'auth':
        this.#parts.review.review()
        break
      case 'models':
      case 'agents':
        this.#adoptAgents(next.config)
        this.#parts.heartbeatClock.adjust()
        break
      case 'lanes':
        this.#parts.desk.limit(laneCapsOf(next.config))
        break
      case 'cron':
        this.#parts.cron.adjust()
        break
      case 'heartbeat':
        this.#parts.heartbeatClock.adjust()
        break
      case 'monitor':
      case 'channel':
      case 'channels':
        this.#parts.channels.reload(action)
        break
      default:
        // Hooks and the like read the snapshot when they act; there is nothing to rebuild.
        break
    }
  }

  #adoptAgents(config: GatewayConfig): void {
    const { agents, defaultWorkspace, rebuildModels } = this.#parts
    agents.adopt(agentsOf(config, defaultWorkspace), rebuildModels(config))
  }
}
