import type { GatewayConfig } from '../../domain/config/config.js'
import type { Host } from '../ports/host.js'
import type { PrivateFiles } from '../ports/private-files.js'
import type { ServiceRepair } from '../service/mend-service.js'
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
  /** @param isDeep also looks for other services of this program */
  service(config: GatewayConfig, isDeep: boolean): Promise<ServiceSeen | null>
  /**
   * Repairs that need the same restart share it.
   * @param options.force also drops what somebody added to the service file by hand
   */
  mendService(repair: ServiceRepair, options: { readonly force: boolean }): Promise<void>
  /** 43 random characters. */
  newToken(): string
}
