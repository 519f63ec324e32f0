import { EXEC_ASKS, EXEC_SECURITIES, type ExecAsk, type ExecSecurity } from './exec-rules.js'

/** An entry of an allow list as it is kept. Times are Unix milliseconds. */
export interface AllowlistEntry {
  readonly id: string
  readonly pattern: string
  readonly lastUsedAt?: number
  readonly lastUsedCommand?: string
  readonly lastResolvedPath?: string
}

export interface ApprovalDefaults {
  readonly security?: ExecSecurity
  readonly ask?: ExecAsk
  readonly askFallback?: ExecSecurity
  /** Kept for other programs; without effect here. */
  readonly autoAllowSkills?: boolean
}

export interface AgentApprovals extends ApprovalDefaults {
  readonly allowlist?: readonly AllowlistEntry[]
}

/** What may run without asking, by agent; `*` = every agent. */
export interface ApprovalsFile {
  readonly version: 1
  /** Kept for other programs; without effect here. */
  readonly socket?: { readonly path?: string; readonly token?: string }
  readonly defaults?: ApprovalDefaults
  readonly agents?: Readonly<Record<string, AgentApprovals>>
}

export type ApprovalsReading =
  | { readonly kind: 'read'; readonly file: ApprovalsFile }
  | { readonly kind: 'unreadable'; readonly problem: string }

export const NO_APPROVALS: ApprovalsFile = { version: 1 }

/** The text that is kept, for people to edit. */
export function writeApprovals(file: ApprovalsFile): string {
  return `${JSON.stringify(file, null, 2)}\n`
}

/** Reads a kept text. What is not understood to the last key is a problem: guessing could allow what nobody allowed. */
export function readApprovals(text: string): ApprovalsReading {
  const parsed = parseJson(text)
  return parsed === undefined ? { kind: 'unreadable', problem: 'it is not JSON' } : checkApprovals(parsed)
}

/**
 * The same for a value that somebody sent.
 * @param newId gives entries an id that have none; without it they are a problem
 */
export function checkApprovals(value: unknown, newId?: () => string): ApprovalsReading {
  const completed = newId === undefined ? value : withIds(value, newId)
  const problem = FILE(completed, 'file')
  return problem === null ? { kind: 'read', file: completed as ApprovalsFile } : { kind: 'unreadable', problem }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Says what is wrong with a value, or null. */
type Check = (value: unknown, path: string) => string | null

const oneOf =
  (...words: readonly unknown[]): Check =>
  (value, path) =>
    words.includes(value) ? null : `${path}: expected ${words.join(', ')}`

const text: Check = (value, path) => (typeof value === 'string' ? null : `${path}: expected a text`)
const name: Check = (value, path) => (typeof value === 'string' && value !== '' ? null : `${path}: expected a name`)
const flag: Check = (value, path) => (typeof value === 'boolean' ? null : `${path}: expected true or false`)
const time: Check = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? null : `${path}: expected a time`

function object(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  return (value, path) => {
    if (!isObject(value)) return `${path}: expected an object`
    for (const key of Object.keys(required)) if (!Object.hasOwn(value, key)) return `${path}.${key}: missing`
    for (const [key, inner] of Object.entries(value)) {
      const check = Object.hasOwn(required, key)
        ? required[key]
        : Object.hasOwn(optional, key)
          ? optional[key]
          : undefined
      const problem = check === undefined ? `${path}.${key}: unknown key` : check(inner, `${path}.${key}`)
      if (problem !== null) return problem
    }
    return null
  }
}

function listOf(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path}: expected a list`
    return firstProblem(value.map((item, index) => () => check(item, `${path}[${index}]`)))
  }
}

function mapOf(check: Check): Check {
  return (value, path) => {
    if (!isObject(value)) return `${path}: expected an object`
    return firstProblem(
      Object.entries(value).map(
        ([key, item]) =>
          () =>
            check(item, `${path}.${key}`),
      ),
    )
  }
}

function firstProblem(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const problem = check()
    if (problem !== null) return problem
  }
  return null
}

const DEFAULTS = {
  security: oneOf(...EXEC_SECURITIES),
  ask: oneOf(...EXEC_ASKS),
  askFallback: oneOf(...EXEC_SECURITIES),
  autoAllowSkills: flag,
}

const ENTRY = object({ id: name, pattern: name }, { lastUsedAt: time, lastUsedCommand: text, lastResolvedPath: text })

const FILE = object(
  { version: oneOf(1) },
  {
    socket: object({}, { path: text, token: text }),
    defaults: object({}, DEFAULTS),
    agents: mapOf(object({}, { ...DEFAULTS, allowlist: listOf(ENTRY) })),
  },
)

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Entries of allow lists get an id; anything of another shape is left for the check to complain about. */
function withIds(value: unknown, newId: () => string): unknown {
  if (!isObject(value) || !isObject(value.agents)) return value
  const agents = Object.entries(value.agents).map(([id, agent]): [string, unknown] => {
    if (!isObject(agent) || !Array.isArray(agent.allowlist)) return [id, agent]
    const allowlist = agent.allowlist.map((one: unknown) =>
      isObject(one) && one.id === undefined ? { ...one, id: newId() } : one,
    )
    return [id, { ...agent, allowlist }]
  })
  return { ...value, agents: Object.fromEntries(agents) }
}
