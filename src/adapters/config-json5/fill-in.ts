import { dirname } from 'node:path'
import type { LocatedProblem } from '../../domain/config/explain-issues.js'
import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import type { ConfigProblemCode } from '../../domain/config/problem.js'
import { type SecretReference, secretReferenceIn } from '../../domain/config/secret-reference.js'
import { substituteVariables, type Variables, variableIn } from '../../domain/config/substitute-variables.js'
import { absolutePath } from './absolute-paths.js'
import { type Part, writtenValue } from './composition.js'
import type { SecretFiles } from './secret-files.js'

/** Tells where a reference to a secret may stand. */
export interface SecretPlace {
  /** The value here is one secret, not a container of several. */
  readonly isSecretValue: boolean
  inside(segment: string | number): SecretPlace
}

/** A value that is not written as it counts. */
export interface FilledIn {
  readonly at: KeyPath
  /** The reference that is written, without any text around it: `${PORT}`, `{ file: "token.txt" }`. */
  readonly reference: string
  /** Names of the variables in it. */
  readonly variables: readonly string[]
  /** The reference is one to a variable and all that is written, so it can be shown and sent back in place of the value. */
  readonly isPure: boolean
}

export interface Filled {
  readonly value: unknown
  readonly references: ReadonlyMap<string, FilledIn>
  /** Paths of values that could not be filled in; they stand as they are written. */
  readonly problems: readonly LocatedProblem[]
  readonly warnings: readonly LocatedProblem[]
}

interface Found {
  readonly at: KeyPath
  readonly part: Part
  readonly reference: SecretReference
}

/** Every reference to a secret. */
export function* secretReferences(part: Part, place: SecretPlace, at: KeyPath = []): Generator<Found> {
  if (part.kind === 'scalar') return
  if (part.kind === 'object' && place.isSecretValue) {
    const reference = secretReferenceIn(writtenValue(part))
    if (reference !== null) {
      yield { at, part, reference }
      return
    }
  }
  const members = part.kind === 'list' ? part.elements.entries() : part.members.entries()
  for (const [segment, member] of members) {
    yield* secretReferences(member, place.inside(segment), [...at, segment])
  }
}

/** The absolute path of the file a reference names, or null when it names none or a variable in it is missing. */
export function secretPath(
  { part, reference }: Pick<Found, 'part' | 'reference'>,
  variables: Variables,
  home: string,
): string | null {
  if (!('file' in reference)) return null
  const { text, missing } = substituteVariables(reference.file, variables)
  const from = part.sources.at(-1)!.file.path
  return missing.length > 0 ? null : absolutePath(text, { directory: dirname(from), home })
}

export interface FillInContext {
  readonly variables: Variables
  readonly home: string
  readonly secrets: SecretFiles
}

/** The value with variables and secrets in place of the references to them. */
export function fillIn(root: Part, place: SecretPlace, context: FillInContext): Filled {
  const filler = new Filler(context)
  return { value: filler.value(root, place, []), ...filler.findings }
}

class Filler {
  readonly findings = {
    references: new Map<string, FilledIn>(),
    problems: [] as LocatedProblem[],
    warnings: [] as LocatedProblem[],
  }
  readonly #context: FillInContext

  constructor(context: FillInContext) {
    this.#context = context
  }

  value(part: Part, place: SecretPlace, at: KeyPath): unknown {
    if (part.kind === 'scalar') return typeof part.value === 'string' ? this.#text(part.value, at) : part.value
    if (part.kind === 'list')
      return part.elements.map((item, index) => this.value(item, place.inside(index), [...at, index]))
    const reference = place.isSecretValue ? secretReferenceIn(writtenValue(part)) : null
    if (reference !== null) return this.#secret({ part, reference, at }) ?? writtenValue(part)
    return Object.fromEntries(
      [...part.members].map(([key, member]) => [key, this.value(member, place.inside(key), [...at, key])]),
    )
  }

  #text(written: string, at: KeyPath): string {
    const { text, names, missing } = substituteVariables(written, this.#context.variables)
    if (names.length > 0) {
      const reference = names.map((name) => `\${${name}}`).join(', ')
      this.#remember({ at, reference, variables: names, isPure: written === reference })
    }
    for (const name of missing) this.#problem(at, 'env_missing', `environment variable ${name} is not set`)
    return text
  }

  #secret({ part, reference, at }: Found): string | null {
    if ('env' in reference) {
      this.#remember({
        at,
        reference: `{ env: ${JSON.stringify(reference.env)} }`,
        variables: [reference.env],
        isPure: false,
      })
      const value = variableIn(this.#context.variables, reference.env)
      if (value === undefined) this.#problem(at, 'env_missing', `environment variable ${reference.env} is not set`)
      return value ?? null
    }
    this.#remember({ at, reference: `{ file: ${JSON.stringify(reference.file)} }`, variables: [], isPure: false })
    const path = secretPath({ part, reference }, this.#context.variables, this.#context.home)
    const file = path === null ? undefined : this.#context.secrets.get(path)
    if (file === undefined) {
      const { missing } = substituteVariables(reference.file, this.#context.variables)
      for (const name of missing) this.#problem(at, 'env_missing', `environment variable ${name} is not set`)
      return null
    }
    if (file.reason !== null)
      this.#problem(at, 'not_found', `cannot read the secret from ${reference.file}: ${file.reason}`)
    if (file.isExposed)
      this.#warn(at, `${reference.file} can be read by others than its owner`, `chmod 600 ${file.path}`)
    return file.secret
  }

  #remember(filledIn: FilledIn): void {
    this.findings.references.set(formatKeyPath(filledIn.at), filledIn)
  }

  #problem(at: KeyPath, code: ConfigProblemCode, message: string): void {
    this.findings.problems.push({ at, problem: { path: formatKeyPath(at), code, message } })
  }

  #warn(at: KeyPath, message: string, hint: string): void {
    this.findings.warnings.push({ at, problem: { path: formatKeyPath(at), code: 'bad_value', message, hint } })
  }
}
