import type { GatewayConfig } from '../../domain/config/config.js'
import type { KeyPath } from '../../domain/config/key-path.js'
import type { FileFacts } from '../ports/private-files.js'

/** What a file is there for, which decides how bad it is when others can read it. */
export type FilePurpose =
  | 'state-dir'
  | 'config'
  | 'env'
  | 'database'
  | 'devices'
  | 'audit'
  | 'logs'
  | 'keys'
  | 'tls-key'
  | 'backups'
  | 'other'

export interface AuditedFile extends FileFacts {
  readonly purpose: FilePurpose
  /** It lies in a directory that nobody else may enter. */
  readonly isSheltered: boolean
}

/** A secret that counts, and who says it. */
export interface SecretInUse {
  readonly value: string
  readonly from: 'config' | 'environment'
}

export type AuditedAuthMode = NonNullable<GatewayConfig['gateway']['auth']['mode']>

/** Everything the checks look at. Nothing of it leaves the audit. */
export interface SecurityFacts {
  /** Unix milliseconds. */
  readonly now: number
  /** Complete; where the files are wrong, what can be understood of them. */
  readonly config: GatewayConfig
  /** What is wrong with the files, one printable line each. */
  readonly problems: readonly string[]
  /** Where a secret stands in the files itself, and not a reference to it. */
  readonly plainSecrets: readonly KeyPath[]
  /** Of the gateway, as a start without flags would have them: the environment beats the files. */
  readonly auth: {
    readonly mode: AuditedAuthMode
    readonly token: SecretInUse | null
    readonly password: SecretInUse | null
  }
  /** Environment variables, `.env` files included. */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** `bind: auto` means everywhere in a container. */
  readonly isContainer: boolean
  readonly files: readonly AuditedFile[]
  /** Null unless asked for. */
  readonly deep: DeepFacts | null
}

/** What takes more than reading: a look at the running gateway and at what it keeps. */
export interface DeepFacts {
  /** What a client without any credential met. `silent`: no gateway answers, for this reason. */
  readonly door: { readonly kind: 'refused' | 'open' } | { readonly kind: 'silent'; readonly reason: string }
  /** The certificate of the files; null when there is none to read. */
  readonly certificate: { readonly path: string; readonly validTo: number } | null
  /** Null when there is no registry, or none that can be read. */
  readonly devices: readonly DeviceInUse[] | null
  /** Devices that wait for an approval. */
  readonly pending: number
}

export interface DeviceInUse {
  readonly deviceId: string
  readonly name: string | null
  readonly scopes: readonly string[]
  /** Unix milliseconds. */
  readonly lastSeenAt: number
}
