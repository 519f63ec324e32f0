import type { AgentDirectory, ModelChoice } from '../../domain/config/agent-directory.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import type { ModelCatalog } from '../../domain/model/catalog.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { ConfigChanges } from '../config/config-changes.js'
import type { DebugOverrides } from '../config/debug-overrides.js'
import type { PendingApprovals } from '../exec/pending-approvals.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { SessionStore } from '../ports/session-store.js'
import type { ConfigReload } from '../reload/config-reload.js'
import type { CompactHistory } from '../runs/compact-history.js'
import type { RunDesk } from '../runs/run-desk.js'
import type { ResetSession } from '../sessions/reset-session.js'

/** Who wrote a message, as the place it came from knows them. */
export interface CommandSender {
  /** May give commands at all. */
  readonly isAuthorised: boolean
  readonly isOwner: boolean
  readonly id?: string
  /** The channel it came through; absent = a client of the gateway. */
  readonly channel?: string
  /** Account of that channel; absent = `default`. */
  readonly accountId?: string
}

/** A message that may be a command. */
export interface CommandMessage {
  readonly text: string
  /** Canonical. */
  readonly sessionKey: string
  readonly agentId: string
  readonly sender: CommandSender
  /** What a new conversation begins with when nothing else is said; absent = a line that says so, and no turn. */
  readonly greeting?: string
}

/** A command about to be carried out. */
export interface CommandOrder {
  readonly message: CommandMessage
  readonly args: string
  /** Begun for this order where nobody has used it yet. */
  readonly session: SessionEntry
}

/** What a command leads to: a text that answers it, or a message for the agent. */
export type CommandOutcome =
  | { readonly kind: 'reply'; readonly text: string }
  | { readonly kind: 'continue'; readonly text: string; readonly model?: ModelChoice }

/** What commands work with. */
export interface CommandParts {
  readonly store: SessionStore
  readonly agents: AgentDirectory
  readonly config: () => GatewayConfig
  readonly catalog: () => ModelCatalog
  readonly desk: Pick<RunDesk, 'abort' | 'runsOf'>
  readonly reset: Pick<ResetSession, 'reset'>
  /** Null: nobody can write summaries. */
  readonly compaction: Pick<CompactHistory, 'compact'> | null
  /** Null: this gateway cannot restart itself. */
  readonly reload: () => Pick<ConfigReload, 'restartNow'> | null
  readonly approvals: Pick<PendingApprovals, 'list' | 'resolve'>
  readonly configChanges: ConfigChanges
  readonly debugOverrides: DebugOverrides
  /** The value a text says: JSON5, else the text itself. */
  readonly parseValue: (text: string) => unknown
  /** IANA name of the gateway's time zone. */
  readonly zone: () => string
  readonly clock: Clock
  readonly ids: Ids
}

/** Carries out one command. A Refusal it throws becomes the answer. */
export type CarryOut = (order: CommandOrder, parts: CommandParts) => CommandOutcome | Promise<CommandOutcome>

export function reply(text: string): CommandOutcome {
  return { kind: 'reply', text }
}
