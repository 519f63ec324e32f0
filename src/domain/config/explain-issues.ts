import type { z } from 'zod'
import { describeExpected, saidExpectation } from './describe-expected.js'
import { describeValue } from './describe-value.js'
import { formatKeyPath, type KeyPath } from './key-path.js'
import { nearestKey } from './nearest-key.js'
import type { ConfigProblem, ConfigProblemCode } from './problem.js'
import { knownKeys, placeAt, type SchemaPlace } from './schema-place.js'

/** A problem that still knows which value it is about, so that whoever has the text can add line and column. */
export interface LocatedProblem {
  readonly at: KeyPath
  readonly problem: ConfigProblem
}

type Issue = z.core.$ZodIssue

/** Where keys that people look for in another place really are. */
const MOVED: Readonly<Record<string, string>> = {
  'gateway.token': 'gateway.auth.token',
  'gateway.password': 'gateway.auth.password',
  'gateway.host': 'gateway.customBindHost',
  'gateway.auth.port': 'gateway.port',
  'agent.model': 'agents.defaults.model',
  'agent.workspace': 'agents.defaults.workspace',
  'agents.model': 'agents.defaults.model',
  'agents.workspace': 'agents.defaults.workspace',
  'logging.consolelevel': 'logging.consoleLevel',
  token: 'gateway.auth.token',
  password: 'gateway.auth.password',
  port: 'gateway.port',
  bind: 'gateway.bind',
  model: 'agents.defaults.model',
  agent: 'agents.defaults',
  providers: 'models.providers',
}

/** Turns what the schema complains about into problems for people. `value` is what was validated. */
export function explainIssues(schema: z.ZodType, value: unknown, issues: readonly Issue[]): LocatedProblem[] {
  return issues.flatMap((issue) => explain(schema, value, issue))
}

function explain(schema: z.ZodType, value: unknown, issue: Issue): LocatedProblem[] {
  const at = issue.path.filter((segment) => typeof segment !== 'symbol')
  const place = placeAt(schema, at)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(place, at, key))
  const found = valueAt(value, at)
  if (found === undefined) return [located(at, 'missing_key', `required, expected ${describeExpected(place.schema)}`)]
  return [located(at, codeOf(issue, place, found), sentence(issue, place, found))]
}

function unknownKey(place: SchemaPlace, parent: KeyPath, key: string): LocatedProblem {
  const at = [...parent, key]
  const moved = MOVED[formatKeyPath(at)]
  if (moved !== undefined) return located(at, 'unknown_key', 'unknown key', `use ${moved}`)
  const nearest = nearestKey(key, knownKeys(place))
  return located(at, 'unknown_key', 'unknown key', nearest === null ? undefined : `did you mean "${nearest}"?`)
}

function codeOf(issue: Issue, place: SchemaPlace, found: unknown): ConfigProblemCode {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'bad_value' : 'wrong_type'
    case 'invalid_value':
    case 'invalid_union':
      return typeof found === 'string' ? 'bad_value' : 'wrong_type'
    case 'too_small':
    case 'too_big':
      return place.schema?.def.type === 'number' ? 'out_of_range' : 'bad_value'
    default:
      return 'bad_value'
  }
}

function sentence(issue: Issue, place: SchemaPlace, found: unknown): string {
  if (issue.code === 'invalid_key') return 'this name cannot be used as a key'
  if (issue.code === 'too_small' && (found === '' || (Array.isArray(found) && found.length === 0)))
    return 'must not be empty'
  return `expected ${expectation(issue, place)}, got ${describeValue(found, isShown(place))}`
}

/** A pattern cannot be read aloud; its declaration may carry the words. */
function expectation(issue: Issue, place: SchemaPlace): string {
  const said = saidExpectation(place.schema)
  if (said !== undefined) return said
  if (issue.code !== 'invalid_format' || issue.format !== 'regex') return describeExpected(place.schema)
  return issue.message.startsWith('expected ')
    ? issue.message.slice('expected '.length)
    : `a text like ${issue.pattern}`
}

/** Where an object or a list belongs, somebody may have put the secret that belongs inside. */
function isShown(place: SchemaPlace): boolean {
  const kind = place.schema?.def.type
  return !place.secret && kind !== 'object' && kind !== 'record' && kind !== 'array'
}

function located(at: KeyPath, code: ConfigProblemCode, message: string, hint?: string): LocatedProblem {
  return { at, problem: { path: formatKeyPath(at), code, message, ...(hint === undefined ? {} : { hint }) } }
}

function valueAt(root: unknown, path: KeyPath): unknown {
  let value = root
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
    value = (value as Record<string | number, unknown>)[segment]
  }
  return value
}
