import type { ModelChoice } from '../config/agent-directory.js'
import type { GatewayConfig } from '../config/config.js'
import type { ChatPlace } from './chat-place.js'
import type { KnownTool } from './known-tool.js'

/** In which a tool is offered or not: everything that policy looks at. */
export interface ToolSituation {
  readonly config: GatewayConfig
  readonly agentId: string
  /** Model that answers. */
  readonly model?: ModelChoice
  /** Whether whoever sent the message owns this gateway. */
  readonly isOwner: boolean
  /** Group or channel of the conversation. */
  readonly chat?: ChatPlace
  /** How deep a spawned session is below the one that people talk to: 1 or more. Absent = not spawned. */
  readonly spawnDepth?: number
  /** Asked for over HTTP instead of by a model. */
  readonly isHttp?: boolean
  /** Everything there is for this agent, before any policy: an allow list has to name some of it. */
  readonly known: readonly KnownTool[]
}
