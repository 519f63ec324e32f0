import type { GatewayConfig } from '../../domain/config/config.js'
import type { Host } from '../ports/host.js'
import type { PrivateFiles } from '../ports/private-files.js'
import type { ProviderSeen, ServiceSeen, StoreSeen } from './doctor-facts.js'

/** What the doctor looks with, and mends with. */
export interface DoctorTools {
  readonly host: Host
  readonly files: PrivateFiles
  readonly node: { readonly version: string; readonly path: string }
  readonly builtAt: number
  /** IANA name; null = unknown. */
  readonly timeZone: string | null
  engine(config: GatewayConfig): Promise<{ readonly name: string; readonly reasons: readonly string[] }>
  /** Reads the database, without changing it; a gateway may be using it. */
  store(): Promise<StoreSeen>
  /** @param isDeep also asks the providers whether they are there */
  providers(config: GatewayConfig, isDeep: boolean): Promise<readonly ProviderSeen[]>
  /** Files of processes that are gone. */
  leftovers(): Promise<readonly string[]>
  service(config: GatewayConfig): Promise<ServiceSeen | null>
  /** Does what a repair of the kind `service` names; resolves with what was done. */
  mendService(action: string, options: { readonly force: boolean }): Promise<string>
  /** 43 random characters. */
  newToken(): string
}
