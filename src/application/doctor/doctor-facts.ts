import type { GatewayConfig } from '../../domain/config/config.js'
import type { ConfigReading } from '../ports/config-source.js'
import type { HostProcess, PlaceFacts } from '../ports/host.js'
import type { PortHolder } from '../ports/port-holder.js'
import type { RuntimeRecord } from '../ports/runtime-record.js'
import type { ServiceState } from '../ports/supervisor.js'
import type { AuditedFile, SecretInUse } from '../security/security-facts.js'
import type { ServiceRepair } from '../service/mend-service.js'

/** What a client met at the address of the gateway. */
export type GatewaySeen =
  | { readonly kind: 'answers'; readonly version: string; readonly latencyMs: number }
  | { readonly kind: 'refuses'; readonly reason: string }
  | { readonly kind: 'silent'; readonly reason: string }

/** What the database says of itself. */
export type StoreSeen =
  | { readonly kind: 'absent' }
  | { readonly kind: 'sound'; readonly version: number; readonly newest: number }
  | { readonly kind: 'damaged'; readonly problems: readonly string[] }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** One provider that is in use. */
export interface ProviderSeen {
  readonly provider: string
  /** Models in use, as `provider/model`. */
  readonly models: readonly string[]
  readonly hasKey: boolean
  /** Where a key is expected: a variable or a setting. */
  readonly keyPlace: string
  /** Null unless it was asked. */
  readonly reach: { readonly ok: boolean; readonly reason: string; readonly dateSkewMs: number | null } | null
}

/** How the service stands to what this program would install. */
export interface ServiceSeen {
  /** `systemd`, `launchd`; null = none that could be used. */
  readonly supervisor: string | null
  readonly isInstalled: boolean
  readonly file: string | null
  /** `failed`: its supervisor gave up. `stopped`: somebody stopped it. */
  readonly status: ServiceState['status']
  /** Null where there is no such thing. */
  readonly linger: boolean | null
  readonly findings: readonly {
    readonly id: string
    readonly severity: 'warn' | 'error'
    readonly message: string
    readonly detail?: string
    /** A repair of the service's own part that takes care of it; null = none does. */
    readonly action: ServiceRepair | null
    /** What to type where there is no such repair. */
    readonly fix?: string
  }[]
}

/** Everything the checks look at. Nothing of it leaves the doctor but what a check says. */
export interface DoctorFacts {
  /** Unix milliseconds. */
  readonly now: number
  /** When this program was built, Unix milliseconds: no clock can be right that shows less. */
  readonly builtAt: number
  readonly version: string
  readonly isDeep: boolean
  readonly stateDir: string
  readonly home: string
  readonly configPath: string
  readonly reading: ConfigReading
  /** Complete; where the files are wrong, what can be understood of them. */
  readonly config: GatewayConfig
  /** Whether the history has a configuration that worked. */
  readonly hasLastGood: boolean
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Variables of the shell this was called from, which a service would not have. */
  readonly shellOnly: readonly string[]
  readonly token: SecretInUse | null
  readonly password: SecretInUse | null
  readonly files: readonly AuditedFile[]
  readonly place: PlaceFacts
  readonly store: StoreSeen | null
  readonly node: { readonly version: string; readonly path: string }
  readonly engine: { readonly name: string; readonly reasons: readonly string[] }
  readonly port: number
  readonly holders: readonly PortHolder[]
  readonly record: RuntimeRecord | null
  /** Files of processes that are gone: lock, runtime record, socket. */
  readonly leftovers: readonly string[]
  readonly gateway: GatewaySeen | null
  /** Null where the system does not tell. */
  readonly processes: readonly HostProcess[] | null
  readonly logs: { readonly directory: string; readonly bytes: number }
  /** IANA name; null = unknown. */
  readonly timeZone: string | null
  readonly providers: readonly ProviderSeen[]
  /** Null where nothing is known of services. */
  readonly service: ServiceSeen | null
  /** Null unless a gateway was asked. */
  readonly channels:
    | readonly { readonly name: string; readonly state: string; readonly lastError: string | null }[]
    | null
}
