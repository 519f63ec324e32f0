import { isPasswordHash } from '../../../domain/access/password-hash.js'
import { formatKeyPath } from '../../../domain/config/key-path.js'
import { exposureOf, isExposed } from '../exposure.js'
import type { Complaint, SecurityCheck, Severity } from '../finding.js'
import { guessable } from '../guessable.js'
import type { SecretInUse, SecurityFacts } from '../security-facts.js'

const LEAST_TOKEN = 24
const LEAST_PASSWORD = 12
const MOST_ATTEMPTS = 100

const NEW_TOKEN = 'put a random token there: openssl rand -base64 32'
const NEW_PASSWORD = 'choose a longer password, or use token mode: mayros config set gateway.auth.mode token'

/** How the gateway is reached, and how clients prove themselves. */
export const AUTH_CHECKS: readonly SecurityCheck[] = [
  {
    id: 'bind.exposed-without-auth',
    worst: 'critical',
    title: 'others reach the gateway without any credential',
    remediation: 'set gateway.auth.token, or gateway.bind to loopback',
    find: (facts) =>
      isExposed(facts) && !isProtected(facts)
        ? [{ severity: 'critical', detail: `${whoReaches(facts)}, auth mode ${facts.auth.mode}`, key: 'gateway.bind' }]
        : [],
  },
  {
    id: 'bind.lan',
    worst: 'warn',
    title: 'everybody in the network can try to log in',
    remediation: 'prefer gateway.bind loopback with an SSH tunnel or Tailscale',
    find: (facts) =>
      exposureOf(facts) === 'network'
        ? [{ severity: 'warn', detail: `gateway.bind is ${facts.config.gateway.bind}`, key: 'gateway.bind' }]
        : [],
  },
  {
    id: 'auth.none',
    worst: 'critical',
    title: 'there is no authentication',
    remediation: 'set gateway.auth.mode to token',
    find: (facts) => {
      if (facts.auth.mode !== 'none') return []
      const detail = isExposed(facts) ? whoReaches(facts) : 'every process of this machine has full control'
      return [{ severity: graver(facts), detail, key: 'gateway.auth.mode' }]
    },
  },
  {
    id: 'auth.token-short',
    worst: 'critical',
    title: 'the token is short',
    remediation: NEW_TOKEN,
    find: (facts) =>
      about(facts, 'token', ({ value }) =>
        value.length < LEAST_TOKEN ? `${value.length} characters; at least ${LEAST_TOKEN} are needed` : null,
      ),
  },
  {
    id: 'auth.token-weak',
    worst: 'critical',
    title: 'the token is easy to guess',
    remediation: NEW_TOKEN,
    find: (facts) => about(facts, 'token', ({ value }) => guessable(value)),
  },
  {
    id: 'auth.password-short',
    worst: 'critical',
    title: 'the password is short',
    remediation: NEW_PASSWORD,
    find: (facts) =>
      about(facts, 'password', ({ value }) =>
        value.length < LEAST_PASSWORD && !isPasswordHash(value)
          ? `${value.length} characters; at least ${LEAST_PASSWORD} are needed`
          : null,
      ),
  },
  {
    id: 'auth.password-weak',
    worst: 'critical',
    title: 'the password is easy to guess',
    remediation: NEW_PASSWORD,
    find: (facts) => about(facts, 'password', ({ value }) => (isPasswordHash(value) ? null : guessable(value))),
  },
  {
    id: 'auth.password-plain',
    worst: 'warn',
    title: 'the password itself stands in the configuration',
    remediation: 'let the command line hash it: mayros config set gateway.auth.password',
    find: ({ auth, plainSecrets }) => {
      const isWritten = plainSecrets.some((path) => path.join('.') === 'gateway.auth.password')
      const { password } = auth
      if (!isWritten || password?.from !== 'config' || isPasswordHash(password.value)) return []
      return [{ severity: 'warn', detail: 'whoever reads the file can log in', key: 'gateway.auth.password' }]
    },
  },
  {
    id: 'auth.rate-limit-off',
    worst: 'warn',
    title: 'guessing the secret is hardly slowed down',
    remediation: 'remove gateway.auth.rateLimit from the configuration: its defaults are safe',
    find: ({ config }) => {
      const { lockoutMs, maxAttempts } = config.gateway.auth.rateLimit
      const key = 'gateway.auth.rateLimit'
      return [
        ...(lockoutMs === 0 ? [warn('nobody is ever locked out', `${key}.lockoutMs`)] : []),
        ...(maxAttempts > MOST_ATTEMPTS
          ? [warn(`${maxAttempts} attempts are allowed in a row`, `${key}.maxAttempts`)]
          : []),
      ]
    },
  },
  {
    id: 'auth.secret-in-config',
    worst: 'warn',
    title: 'a secret stands in the configuration itself',
    remediation: 'keep it apart: { file: "..." } or { env: "NAME" } in its place',
    find: ({ plainSecrets }) =>
      plainSecrets
        .filter((path) => path.join('.') !== 'gateway.auth.password')
        .map((path) => {
          const isOurs = ['gateway', 'hooks', 'cron'].includes(String(path[0]))
          const detail = isOurs
            ? 'fine as long as the file stays private'
            : 'it is worth money or an account elsewhere, and gets into every copy of the file'
          return { severity: isOurs ? 'info' : 'warn', detail, key: formatKeyPath(path) }
        }),
  },
]

/** What is wrong with the secret that counts in the mode that counts. */
function about(
  facts: SecurityFacts,
  mode: 'token' | 'password',
  judge: (secret: SecretInUse) => string | null,
): readonly Complaint[] {
  const secret = facts.auth[mode]
  const detail = facts.auth.mode === mode && secret !== null ? judge(secret) : null
  if (secret === null || detail === null) return []
  const name = secret.from === 'config' ? `gateway.auth.${mode}` : `MAYROS_GATEWAY_${mode.toUpperCase()}`
  return [{ severity: graver(facts), detail: `${name}: ${detail}`, key: `gateway.auth.${mode}` }]
}

function isProtected({ auth }: SecurityFacts): boolean {
  if (auth.mode === 'trusted-proxy') return true
  return (auth.mode === 'token' && auth.token !== null) || (auth.mode === 'password' && auth.password !== null)
}

function graver(facts: SecurityFacts): Severity {
  return isExposed(facts) ? 'critical' : 'warn'
}

function whoReaches(facts: SecurityFacts): string {
  const { bind, tailscale } = facts.config.gateway
  if (tailscale.mode === 'funnel') return 'tailscale funnel opens it to the internet'
  const exposure = exposureOf(facts)
  if (exposure === 'loopback') return `tailscale ${tailscale.mode} opens it to the tailnet`
  return exposure === 'tailnet' ? 'the whole tailnet reaches it' : `gateway.bind is ${bind}`
}

function warn(detail: string, key: string): Complaint {
  return { severity: 'warn', detail, key }
}
