/** What a service is called by each supervisor. */
export interface ServiceName {
  /** `mayros-gateway.service`, `mayros-gateway-<profile>.service`. */
  readonly unit: string
  /** `ai.mayros.gateway`, `ai.mayros.<profile>`. */
  readonly label: string
}

/** @param profile null = the default profile */
export function serviceName(profile: string | null): ServiceName {
  return {
    unit: profile === null ? 'mayros-gateway.service' : `mayros-gateway-${profile}.service`,
    label: profile === null ? 'ai.mayros.gateway' : `ai.mayros.${profile}`,
  }
}

/** Whether a name of any supervisor is one of ours: also the services of other profiles. */
export function isServiceName(name: string): boolean {
  return /^mayros-gateway(?:-[A-Za-z0-9_-]+)?\.service$|^ai\.mayros\.[A-Za-z0-9_-]+$/.test(name)
}

/** The profile a service belongs to; null = the default profile. Only for names that `isServiceName` knows. */
export function profileOfService(name: string): string | null {
  const [, profile] = /^mayros-gateway-(.+)\.service$/.exec(name) ?? /^ai\.mayros\.(.+)$/.exec(name) ?? []
  return profile === undefined || (profile === 'gateway' && name.startsWith('ai.')) ? null : profile
}
