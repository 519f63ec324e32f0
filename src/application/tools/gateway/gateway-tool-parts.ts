import type { AgentDirectory } from '../../../domain/config/agent-directory.js'
import type { GatewayConfig } from '../../../domain/config/config.js'
import type { KeySpace } from '../../../domain/session/session-key.js'
import type { SightRules } from '../../../domain/session/session-sight.js'
import type { ConfigChanges } from '../../config/config-changes.js'
import type { Clock } from '../../ports/clock.js'
import type { Ids } from '../../ports/ids.js'
import type { Log } from '../../ports/log.js'
import type { SessionStore } from '../../ports/session-store.js'
import type { ConfigReload } from '../../reload/config-reload.js'
import type { RunDesk } from '../../runs/run-desk.js'

/** A message to somebody on a chat network. */
export interface OutgoingMessage {
  readonly channel: string
  readonly to: string
  readonly text: string
  readonly accountId?: string
  readonly threadId?: string
}

/** What became of an outgoing message. */
export type Delivery =
  | { readonly isDelivered: true; readonly messageId?: string }
  | { readonly isDelivered: false; readonly problem: string }

/** Hands a message to the channel of that name. */
export type SendMessage = (message: OutgoingMessage, signal: AbortSignal) => Promise<Delivery>

/** What the tools of the gateway work on. */
export interface GatewayToolParts {
  readonly store: Pick<SessionStore, 'session' | 'list' | 'transcript' | 'transcriptLength'>
  readonly agents: AgentDirectory
  readonly keySpace: KeySpace
  readonly clock: Clock
  readonly ids: Ids
  /** Asked for when it is needed: runs need the tools, and the desk needs the runs. */
  readonly desk: () => Pick<RunDesk, 'accept' | 'runsOf'>
  readonly sight: () => SightRules
  readonly config: () => GatewayConfig
  readonly deliver: SendMessage
  readonly changes: ConfigChanges
  readonly log: Log
  /** Null where nobody follows the file. */
  readonly reload: () => Pick<ConfigReload, 'restartNow'> | null
}
