import { dirname, join } from 'node:path'
import { looksLikePasswordHash } from '../../domain/access/password-hash.js'
import { environmentBlock, withEnvironmentBlock } from '../../domain/config/environment-block.js'
import type { KeyPath } from '../../domain/config/key-path.js'
import { formatProblem } from '../../domain/config/problem.js'
import type { Variables } from '../../domain/config/substitute-variables.js'
import { messageOf } from '../../domain/failure.js'
import { compose } from './compose.js'
import { type Part, partAt, writtenValue } from './composition.js'
import { readConfigFiles } from './config-files.js'
import { fillIn, type SecretPlace, secretPath, secretReferences } from './fill-in.js'
import { readSecretFiles } from './secret-files.js'

/** The values of a file that tell where the gateway is and how to be let in, each only if it is valid by itself. */
export interface ConnectionHints {
  readonly port?: number
  readonly bind?: string
  readonly mode?: 'local' | 'remote'
  readonly authMode?: 'token' | 'password' | 'trusted-proxy' | 'none'
  readonly token?: string
  /** The password itself; absent when only a hash of it is written. */
  readonly password?: string
  /** A password is configured, but what is written is a hash, which nobody can log in with. */
  readonly isPasswordHashed?: true
  /** The gateway speaks TLS. */
  readonly tls?: boolean
  readonly remoteUrl?: string
  readonly remoteToken?: string
  readonly remotePassword?: string
  readonly remoteTlsFingerprint?: string
  /** Why something could not be read, in a sentence; null when the files are fine or missing. */
  readonly problem: string | null
}

export interface ConnectionHintSources {
  /** The environment that references look into. Default: empty. */
  readonly variables?: Variables
  /** Absolute, for `~` in the names of files. */
  readonly home?: string
}

/**
 * Reads what a client needs and nothing else: no schema, no validation of other keys, so that clients are quick and
 * go on working beside a broken file. Never throws.
 */
export async function readConnectionHints(
  path: string,
  { variables = {}, home = '/' }: ConnectionHintSources = {},
): Promise<ConnectionHints> {
  try {
    const { root, problems } = compose(await readConfigFiles(path), path)
    const [problem] = problems
    const told = problem === undefined ? null : join(dirname(path), formatProblem(problem))
    return { ...(root === null ? {} : await hintsIn(root, variables, home)), problem: told }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}

async function hintsIn(root: Part, outside: Variables, home: string): Promise<Omit<ConnectionHints, 'problem'>> {
  const part = partAt(root, ['gateway'])
  if (part === null) return {}
  const variables = withEnvironmentBlock(outside, environmentBlock(writtenValue(root), outside))
  const place = secretsAt(['gateway'])
  const paths = [...secretReferences(part, place)].map((found) => secretPath(found, variables, home))
  const secrets = await readSecretFiles(paths.filter((path) => path !== null))
  const { value, problems } = fillIn(part, place, { variables, home, secrets })
  const unfilled = new Set(problems.map(({ problem }) => problem.path))
  return hintsOf(membersOf(value), (path) => !unfilled.has(path))
}

/** Where a client needs a secret. */
const SECRETS: ReadonlySet<string> = new Set([
  'gateway.auth.token',
  'gateway.auth.password',
  'gateway.remote.token',
  'gateway.remote.password',
])

function secretsAt(path: KeyPath): SecretPlace {
  return { isSecretValue: SECRETS.has(path.join('.')), inside: (segment) => secretsAt([...path, segment]) }
}

/** @param isFilled whether the value at a path below `gateway` is what it should be, and not a reference that led nowhere */
function hintsOf(
  gateway: Readonly<Record<string, unknown>>,
  isFilled: (path: string) => boolean,
): Omit<ConnectionHints, 'problem'> {
  const auth = membersOf(gateway.auth)
  const remote = membersOf(gateway.remote)
  const filled = (path: string, value: unknown) => (isFilled(path) ? text(value) : undefined)
  const password = filled('auth.password', auth.password)
  const isHashed = password !== undefined && looksLikePasswordHash(password)
  return given({
    port: portIn(gateway.port),
    bind: oneOf(gateway.bind, ['loopback', 'lan', 'tailnet', 'auto', 'custom']),
    mode: oneOf(gateway.mode, ['local', 'remote']),
    authMode: oneOf(auth.mode, ['token', 'password', 'trusted-proxy', 'none']),
    token: filled('auth.token', auth.token),
    password: isHashed ? undefined : password,
    isPasswordHashed: isHashed ? true : undefined,
    tls: flag(membersOf(gateway.tls).enabled),
    remoteUrl: filled('remote.url', remote.url),
    remoteToken: filled('remote.token', remote.token),
    remotePassword: filled('remote.password', remote.password),
    remoteTlsFingerprint: filled('remote.tlsFingerprint', remote.tlsFingerprint),
  })
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function given<T extends object>(hints: T): Given<T> {
  return Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined)) as Given<T>
}

/** A text that spells a port is one that came out of a variable. */
function portIn(value: unknown): number | undefined {
  const port = typeof value === 'string' && /^[1-9]\d*$/.test(value) ? Number(value) : value
  return Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535 ? Number(port) : undefined
}

/** A text that spells a flag is one that came out of a variable. */
function flag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  return value === 'true' ? true : value === 'false' ? false : undefined
}

function oneOf<T extends string>(value: unknown, words: readonly T[]): T | undefined {
  return words.find((word) => word === value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
