/** What of the installer's environment a service is given. Everything else stays with the shell that installs. */
const CAPTURED = [
  'HOME',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'TZ',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'MAYROS_HOME',
  'MAYROS_PROFILE',
  'MAYROS_STATE_DIR',
  'MAYROS_CONFIG_PATH',
] as const

/** A user name and password inside the address of a proxy. */
const CREDENTIALS_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]*@/i

/** Words of names whose values are nobody's business. */
const SECRET_NAME = /(?:TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i

export interface CaptureFacts {
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Absolute paths of directories that exist, in the order in which they are searched. */
  readonly searchPath: readonly string[]
  /** Names the service to the gateway that runs in it. */
  readonly markers: Readonly<Record<string, string>>
}

/** The environment of a service: small, without secrets, and the same whichever shell it was installed from. */
export function capturedEnvironment({
  variables,
  searchPath,
  markers,
}: CaptureFacts): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {}
  for (const name of CAPTURED) {
    const value = variables[name]
    if (value === undefined || value === '' || CREDENTIALS_IN_URL.test(value)) continue
    environment[name] = value
  }
  return { ...environment, PATH: [...new Set(searchPath)].join(':'), ...markers }
}

/** Proxies that are left out because their address holds a password. */
export function proxiesWithCredentials(variables: Readonly<Record<string, string | undefined>>): readonly string[] {
  return CAPTURED.filter((name) => CREDENTIALS_IN_URL.test(variables[name] ?? ''))
}

/** Whether the value of this variable must not stand in a service file. */
export function isSecretVariable(name: string, value: string): boolean {
  return SECRET_NAME.test(name) || CREDENTIALS_IN_URL.test(value)
}
