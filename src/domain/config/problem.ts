export type ConfigProblemCode =
  | 'parse_error'
  | 'include_error'
  | 'env_missing'
  | 'unknown_key'
  | 'wrong_type'
  | 'bad_value'
  | 'out_of_range'
  | 'missing_key'
  | 'conflict'
  | 'not_found'
  | 'unsupported'

/** One thing that is wrong with a configuration, where it stands, and how to mend it. Never contains a secret. */
export interface ConfigProblem {
  /** Dotted path of the key: `gateway.port`, `agents.list[0].id`; empty for the whole file. */
  readonly path: string
  readonly code: ConfigProblemCode
  readonly message: string
  readonly hint?: string
  readonly file?: string
  /** Counted from 1. */
  readonly line?: number
  /** Counted from 1. */
  readonly column?: number
}

/** `mayros.json:3:5   gateway.prt: unknown key (did you mean "port"?)`. */
export function formatProblem(problem: ConfigProblem): string {
  const place =
    problem.line === undefined ? (problem.file ?? '') : `${problem.file ?? ''}:${problem.line}:${problem.column ?? 1}`
  const subject = problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`
  return `${place === '' ? '' : `${place}  `}${subject}${hint}`
}
