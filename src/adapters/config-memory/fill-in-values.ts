import type { LocatedProblem } from '../../domain/config/explain-issues.js'
import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import type { ConfigProblemCode } from '../../domain/config/problem.js'
import { placeInside, type SchemaPlace } from '../../domain/config/schema-place.js'
import { secretReferenceIn } from '../../domain/config/secret-reference.js'
import { substituteVariables, type Variables, variableIn } from '../../domain/config/substitute-variables.js'

/** A value with its references filled in. */
export interface FilledValues {
  readonly value: unknown
  /** References to a variable that are all that is written at a path. */
  readonly pure: ReadonlyMap<string, string>
  /** The first variable in the text at a path. */
  readonly names: ReadonlyMap<string, string>
  readonly problems: readonly LocatedProblem[]
}

/** Puts variables in place of the references to them. */
export function fillInValues(value: unknown, place: SchemaPlace, variables: Variables): FilledValues {
  const pure = new Map<string, string>()
  const firstNames = new Map<string, string>()
  const problems: LocatedProblem[] = []
  const refuse = (at: KeyPath, code: ConfigProblemCode, message: string) =>
    problems.push({ at, problem: { path: formatKeyPath(at), code, message } })

  const text = (written: string, at: KeyPath, { schema }: SchemaPlace): unknown => {
    const { text: filled, names, missing } = substituteVariables(written, variables)
    for (const name of missing) refuse(at, 'env_missing', `environment variable ${name} is not set`)
    const [name] = names
    if (name === undefined) return filled
    firstNames.set(formatKeyPath(at), name)
    if (written === `\${${name}}`) pure.set(formatKeyPath(at), written)
    const meant = plainMeaning(filled)
    const isMeant = meant !== undefined && schema !== null && !schema.safeParse(filled).success
    return isMeant && schema.safeParse(meant).success ? meant : filled
  }
  const secret = (written: object, at: KeyPath): unknown => {
    const reference = secretReferenceIn(written)
    if (reference === null) return undefined
    if ('file' in reference) {
      refuse(at, 'unsupported', 'a configuration in memory cannot refer to files')
      return written
    }
    const found = variableIn(variables, reference.env)
    if (found === undefined) refuse(at, 'env_missing', `environment variable ${reference.env} is not set`)
    return found ?? written
  }
  const filled = (inside: unknown, here: SchemaPlace, at: KeyPath): unknown => {
    if (typeof inside === 'string') return text(inside, at, here)
    if (typeof inside !== 'object' || inside === null) return inside
    if (Array.isArray(inside))
      return inside.map((item, index) => filled(item, placeInside(here, index), [...at, index]))
    const referred = isOneSecret(here) ? secret(inside, at) : undefined
    if (referred !== undefined) return referred
    return Object.fromEntries(
      Object.entries(inside).map(([key, member]) => [key, filled(member, placeInside(here, key), [...at, key])]),
    )
  }
  return { value: filled(value, place, []), pure, names: firstNames, problems }
}

function isOneSecret({ secret, schema }: SchemaPlace): boolean {
  const kind = schema?.def.type
  return secret && kind !== 'object' && kind !== 'record' && kind !== 'array'
}

function plainMeaning(text: string): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) ? Number(text) : undefined
}
