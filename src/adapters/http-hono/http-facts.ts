import type { FrontDoor } from '../../application/access/front-door.js'
import type { ChatCompletions } from '../../application/chat-completions/chat-completions.js'
import type { ReadinessReport } from '../../application/health/readiness.js'
import type { Hooks } from '../../application/hooks/hooks.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Metrics, MetricsPage } from '../../application/ports/metrics.js'
import type { StaticFiles } from '../../application/ports/static-files.js'
import type { Responses } from '../../application/responses/responses.js'
import type { InvokeTool } from '../../application/tools/invoke-tool.js'
import type { KeySpace } from '../../domain/session/session-key.js'

/** What the endpoints need to know about the gateway. */
export interface HttpFacts {
  readonly version: string
  /** Whether the gateway can serve; told by `/readyz`. */
  readiness(): Promise<ReadinessReport>
  /** Without it nobody counts. */
  readonly metrics?: Pick<Metrics, 'httpServed'>
  /** What lies behind the front door; without it there is nothing but health. */
  readonly guarded?: GuardedFacts
}

/** What may be asked for by those the front door lets in. Functions are asked with every request. */
export interface GuardedFacts {
  readonly door: FrontDoor
  /** Default agent first. */
  agentIds(): readonly string[]
  controlUi(): ControlUiPlace
  readonly files: StaticFiles
  /** Without it there is no `/v1/chat/completions`. */
  readonly chatCompletions?: ChatCompletionsFacts
  /** Without it there is no `/v1/responses`. */
  readonly responses?: ResponsesFacts
  /** Without it there are no webhooks. */
  readonly hooks?: Pick<Hooks, 'basePath' | 'maxBodyBytes' | 'knock' | 'receive'>
  /** Without it no channel is reached over HTTP. */
  readonly channels?: ChannelDoors
  /** Without it there is no `/metrics`. */
  readonly figures?: FiguresFacts
  /** Without it there is no `/tools/invoke`. */
  readonly tools?: Pick<InvokeTool, 'invoke'>
}

/** Accounts of channels that answer requests of their network. */
export interface ChannelDoors {
  /** The account whose path this is; null = none. Asked with every request that nothing else answers. */
  at(path: string): { handle(request: Request): Promise<Response> } | null
}

/** What `/metrics` needs to know. Functions are asked with every request. */
export interface FiguresFacts {
  isEnabled(): boolean
  /** Whether callers on this machine are asked for the token too. */
  needsAuth(): boolean
  page(): Promise<MetricsPage>
}

/** What `/v1/chat/completions` needs to know. Functions are asked with every request. */
export interface ChatCompletionsFacts {
  isEnabled(): boolean
  maxBodyBytes(): number
  keyScope(): KeySpace['scope']
  readonly completions: ChatCompletions
  readonly clock: Clock
}

/** What `/v1/responses` needs to know. Functions are asked with every request. */
export interface ResponsesFacts {
  isEnabled(): boolean
  maxBodyBytes(): number
  keyScope(): KeySpace['scope']
  readonly responses: Responses
  readonly clock: Clock
}

/** Where the Control UI is, under our address and on disk. */
export interface ControlUiPlace {
  readonly isEnabled: boolean
  /** Empty, or `/x/y` without a slash at its end. */
  readonly basePath: string
  /** Absolute path of the directory that holds `index.html`; absent when there is none. */
  readonly root?: string
}
