import { sees } from '../../domain/audience.js'
import { EVENT_NAMES } from '../../domain/protocol/events.js'
import { limits, PROTOCOL_VERSION } from '../../domain/protocol/limits.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import { type KeySpace, MAIN_KEY, mainSessionKey } from '../../domain/session/session-key.js'
import type { IssuedToken } from '../access/device-registry.js'
import type { HealthBoard } from '../health/health-board.js'
import type { Clock } from '../ports/clock.js'
import type { SystemInfo } from '../ports/system-info.js'
import type { PresenceBoard } from '../presence/presence-board.js'
import type { LiveConfig } from '../reload/live-config.js'
import type { ClientIdentity } from './client.js'

/** What the greeting tells about this gateway. */
export interface HelloFacts {
  readonly system: SystemInfo
  readonly keySpace: KeySpace
  readonly live: LiveConfig
  readonly methods: readonly string[]
  readonly maxBufferedBytes: number
}

/** What greets a client; everything in it that does not change is serialised once. */
export class Hello {
  readonly #presence: PresenceBoard
  readonly #health: HealthBoard
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #version: string
  readonly #features: string
  readonly #about: HelloFacts
  readonly #policy: string
  #places: string | undefined
  #facts: { readonly version: number; readonly json: string } | undefined

  constructor(presence: PresenceBoard, health: HealthBoard, clock: Clock, about: HelloFacts) {
    this.#presence = presence
    this.#health = health
    this.#clock = clock
    this.#startedAt = clock.monotonic()
    this.#about = about
    this.#version = JSON.stringify(about.system.version)
    this.#features = JSON.stringify({ methods: about.methods, events: EVENT_NAMES })
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

  /**
   * The `hello-ok` payload for one client; those who may not read hear nothing of others or of this machine.
   * `issued`: the token its device goes home with.
   */
  payloadFor(identity: ClientIdentity, issued: IssuedToken | null): RawJson {
    const auth = issued === null ? '' : `"auth":${JSON.stringify(issued)},`
    const mayRead = sees(identity.audience, 'read')
    return new RawJson(
      `{"type":"hello-ok","protocol":${PROTOCOL_VERSION},` +
        `"server":{"version":${this.#version},"connId":"${identity.connId}"},` +
        `"features":${this.#features},` +
        `"snapshot":{"presence":${mayRead ? this.#presence.rows().text : '[]'},"health":${this.#health.snapshot.text},` +
        `"stateVersion":{"presence":${this.#presence.version},"health":${this.#health.version}},` +
        `"uptimeMs":${this.uptimeMs},${mayRead ? this.#placesNow() : ''}${this.#factsNow()}},` +
        `${auth}"policy":${this.#policy}}`,
    )
  }

  /** Paths of this machine are for those who may read. */
  #placesNow(): string {
    const { configPath, stateDir } = this.#about.system
    this.#places ??= `${JSON.stringify({ configPath, stateDir }).slice(1, -1)},`
    return this.#places
  }

  /** What follows from the configuration, serialised once per snapshot. */
  #factsNow(): string {
    const { keySpace, live } = this.#about
    if (this.#facts?.version !== live.version) {
      const facts = {
        sessionDefaults: {
          defaultAgentId: keySpace.defaultAgentId,
          mainKey: MAIN_KEY,
          mainSessionKey: mainSessionKey(keySpace.defaultAgentId, keySpace),
          scope: keySpace.scope,
        },
        authMode: live.current.secret.mode,
      }
      this.#facts = { version: live.version, json: JSON.stringify(facts).slice(1, -1) }
    }
    return this.#facts.json
  }
}
