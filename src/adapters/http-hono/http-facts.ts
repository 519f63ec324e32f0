import type { FrontDoor } from '../../application/access/front-door.js'
import type { StaticFiles } from '../../application/ports/static-files.js'

/** What the endpoints need to know about the gateway. */
export interface HttpFacts {
  readonly version: string
  /** Whether the gateway can serve; told by `/readyz`. */
  isReady(): boolean
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
}

/** Where the Control UI is, under our address and on disk. */
export interface ControlUiPlace {
  readonly isEnabled: boolean
  /** Empty, or `/x/y` without a slash at its end. */
  readonly basePath: string
  /** Absolute path of the directory that holds `index.html`; absent when there is none. */
  readonly root?: string
}
