import type { SharedSecret } from '../../domain/access/shared-secret.js'
import type { GatewayConfig } from '../../domain/config/config.js'

/** One configuration snapshot and where it came from. */
export interface ConfigInUse {
  readonly config: GatewayConfig
  /** What clients must show; flags and environment may have overruled the file. */
  readonly secret: SharedSecret
  /** SHA-256 of the root file's text, lower-case hex. */
  readonly hash: string
  /** The same over the root file and everything it includes; tells whether anything changed. */
  readonly snapshotHash: string
  /** Unix milliseconds. */
  readonly loadedAt: number
}
