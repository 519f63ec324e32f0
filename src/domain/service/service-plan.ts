/** What a supervisor is to run, in the words of no particular supervisor. */
export interface ServicePlan {
  /** Null = the default profile. */
  readonly profile: string | null
  /** Of the program that writes the file. */
  readonly version: string
  /** Program and arguments; the first two are absolute paths. */
  readonly programArguments: readonly string[]
  readonly workingDirectory: string
  /** Never holds a secret. */
  readonly environment: Readonly<Record<string, string>>
  /** For output that the supervisor writes to files itself. */
  readonly logDirectory: string
  /** The account a system service runs as; null for a service of one's own account. */
  readonly user: string | null
}

/** What is known about the machine and the call when a plan is made. */
export interface ServicePlanFacts {
  readonly profile: string | null
  readonly version: string
  /** Absolute path of the Node program. */
  readonly node: string
  /** Absolute path of the `mayros` program. */
  readonly entry: string
  readonly stateDir: string
  /** What `capturedEnvironment` made. */
  readonly environment: Readonly<Record<string, string>>
  /** Only when the installer was given one: otherwise the configuration says it, and may say something else tomorrow. */
  readonly port: number | null
  readonly user: string | null
}

/** What `gateway install` would have the supervisor run. */
export function planService(facts: ServicePlanFacts): ServicePlan {
  const { profile, version, node, entry, stateDir, environment, port, user } = facts
  return {
    profile,
    version,
    programArguments: [node, entry, 'gateway', 'run', ...(port === null ? [] : ['--port', String(port)])],
    workingDirectory: stateDir,
    environment,
    logDirectory: `${stateDir}/logs`,
    user,
  }
}
