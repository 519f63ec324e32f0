import type { SharedSecret } from '../../domain/access/shared-secret.js'
import { EVENT_NAMES } from '../../domain/protocol/events.js'
import { limits, PROTOCOL_VERSION } from '../../domain/protocol/limits.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import { type KeySpace, MAIN_KEY, mainSessionKey } from '../../domain/session/session-key.js'
import type { HealthBoard } from '../health/health-board.js'
import type { Clock } from '../ports/clock.js'
import type { SystemInfo } from '../ports/system-info.js'
import type { PresenceBoard } from '../presence/presence-board.js'
import type { ClientIdentity } from './client.js'

/** What greets a client; everything in it that does not change was serialised when the instance started. */
export class Hello {
  readonly #presence: PresenceBoard
  readonly #health: HealthBoard
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #version: string
  readonly #features: string
  readonly #facts: string
  readonly #policy: string

  constructor(
    presence: PresenceBoard,
    health: HealthBoard,
    clock: Clock,
    about: {
      readonly system: SystemInfo
      readonly keySpace: KeySpace
      readonly secret: SharedSecret
      readonly methods: readonly string[]
      readonly maxBufferedBytes: number
    },
  ) {
    this.#presence = presence
    this.#health = health
    this.#clock = clock
    this.#startedAt = clock.monotonic()
    const { system, keySpace, secret, methods } = about
    this.#version = JSON.stringify(system.version)
    this.#features = JSON.stringify({ methods, events: EVENT_NAMES })
    this.#facts = JSON.stringify({
      configPath: system.configPath,
      stateDir: system.stateDir,
      sessionDefaults: {
        defaultAgentId: keySpace.defaultAgentId,
        mainKey: MAIN_KEY,
        mainSessionKey: mainSessionKey(keySpace.defaultAgentId, keySpace),
        scope: keySpace.scope,
      },
      authMode: secret.mode,
    }).slice(1, -1)
    this.#policy = JSON.stringify({
      maxPayload: limits.maxPayload,
      maxBufferedBytes: about.maxBufferedBytes,
      tickIntervalMs: limits.tickIntervalMs,
    })
  }

  /** Milliseconds since this instance started. */
  get uptimeMs(): number {
    return Math.round(this.#clock.monotonic() - this.#startedAt)
  }

  /** The `hello-ok` payload for one client. */
  payloadFor(identity: ClientIdentity): RawJson {
    return new RawJson(
      `{"type":"hello-ok","protocol":${PROTOCOL_VERSION},` +
        `"server":{"version":${this.#version},"connId":"${identity.connId}"},` +
        `"features":${this.#features},` +
        `"snapshot":{"presence":${this.#presence.rows().text},"health":${this.#health.snapshot.text},` +
        `"stateVersion":{"presence":${this.#presence.version},"health":${this.#health.version}},` +
        `"uptimeMs":${this.uptimeMs},${this.#facts}},` +
        `"policy":${this.#policy}}`,
    )
  }
}
