import JSON5 from 'json5'
import { messageOf } from '../../domain/failure.js'
import { readText } from './read-text.js'

/** The values of a file that tell where the gateway is and how to be let in, each only if it is valid by itself. */
export interface ConnectionHints {
  readonly port?: number
  readonly bind?: string
  readonly mode?: 'local' | 'remote'
  readonly authMode?: 'token' | 'password' | 'none'
  readonly token?: string
  readonly password?: string
  readonly remoteUrl?: string
  readonly remoteToken?: string
  readonly remotePassword?: string
  /** Why nothing could be read, in a sentence; null when the file is fine or missing. */
  readonly problem: string | null
}

/**
 * Reads what a client needs and nothing else: no schema, no validation of other keys, so that clients are quick and
 * go on working beside a broken file. Never throws.
 */
export async function readConnectionHints(path: string): Promise<ConnectionHints> {
  try {
    const text = await readText(path)
    if (text.problem !== null) return { problem: `${path}: ${text.problem.message}` }
    return { ...hintsIn(parse(text.raw)), problem: null }
  } catch (error) {
    return {
      problem: error instanceof SyntaxError ? `${path}: ${error.message.replace(/^JSON5: /, '')}` : messageOf(error),
    }
  }
}

/** A text without any value says nothing, which JSON5 itself does not allow. */
function parse(raw: string): unknown {
  const blank = raw.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').trim() === ''
  return blank ? {} : JSON5.parse(raw)
}

function hintsIn(root: unknown): Omit<ConnectionHints, 'problem'> {
  const gateway = membersOf(membersOf(root).gateway)
  const auth = membersOf(gateway.auth)
  const remote = membersOf(gateway.remote)
  return given({
    port: isPort(gateway.port) ? gateway.port : undefined,
    bind: oneOf(gateway.bind, ['loopback', 'lan', 'tailnet', 'auto', 'custom']),
    mode: oneOf(gateway.mode, ['local', 'remote']),
    authMode: oneOf(auth.mode, ['token', 'password', 'none']),
    token: text(auth.token),
    password: text(auth.password),
    remoteUrl: text(remote.url),
    remoteToken: text(remote.token),
    remotePassword: text(remote.password),
  })
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function given<T extends object>(hints: T): Given<T> {
  return Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined)) as Given<T>
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65535
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
