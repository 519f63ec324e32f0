import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import type { ConfigOrigin, ConfigReading } from '../../application/ports/config-source.js'
import { blameReference } from '../../domain/config/blame-reference.js'
import { checkConfig } from '../../domain/config/check-config.js'
import type { GatewayConfigSchema } from '../../domain/config/config.js'
import { environmentBlock, withEnvironmentBlock } from '../../domain/config/environment-block.js'
import type { LocatedProblem } from '../../domain/config/explain-issues.js'
import { formatKeyPath, type KeyPath } from '../../domain/config/key-path.js'
import type { ConfigProblem } from '../../domain/config/problem.js'
import { redactConfig } from '../../domain/config/redact.js'
import { REDACTED } from '../../domain/config/redacted.js'
import { schemaFor } from '../../domain/config/schema-for.js'
import { placeInside, rootPlace, type SchemaPlace } from '../../domain/config/schema-place.js'
import type { Variables } from '../../domain/config/substitute-variables.js'
import { type Composition, compose } from './compose.js'
import { type Part, partAt, partsIn, placeOfPath, placeOfSource, writtenValue } from './composition.js'
import type { ConfigFiles } from './config-files.js'
import { type Filled, fillIn, type SecretPlace, secretPath, secretReferences } from './fill-in.js'
import { fitToSchema } from './fit-to-schema.js'
import { redactText } from './redact-text.js'
import { readSecretFiles, type SecretFiles } from './secret-files.js'
import { plainValueOf } from './syntax-tree.js'
import { withLazily } from './with-lazily.js'

export interface JudgeContext {
  readonly rootPath: string
  /** Absolute, for `~` in values. */
  readonly home: string
  /** The environment outside the files. */
  readonly variables: Variables
}

/** A reading, and what an edit has to know about it. */
export interface Judgement {
  readonly reading: ConfigReading
  readonly files: ConfigFiles
  /** Null when the root file does not parse. */
  readonly root: Part | null
}

/** Takes files through all steps: put together, fill in, make paths absolute, validate, check across keys, redact. */
export async function judgeFiles(files: ConfigFiles, context: JudgeContext): Promise<Judgement> {
  const rootFile = files.get(context.rootPath)!
  const facts = { path: context.rootPath, exists: rootFile.exists, raw: rootFile.text, hash: rootFile.hash }
  const composition = compose(files, context.rootPath)
  const { root } = composition
  if (root === null || 'code' in rootFile.parsed) {
    const problems = composition.problems
    const snapshot = { snapshotHash: snapshotHashOf(files, new Map()), files: [...files.keys()] }
    return { reading: { ...facts, ...snapshot, ...NOTHING, problems }, files, root: null }
  }
  const written = writtenValue(root)
  const schema = schemaFor(written)
  const block = environmentBlock(written, context.variables)
  const variables = withEnvironmentBlock(context.variables, block)
  const secrets = await secretsOf(root, schema, variables, context.home)
  const filled = fillIn(root, secretPlace(rootPlace(schema)), { variables, home: context.home, secrets })
  const { tree } = rootFile.parsed
  const parsed = tree.root === null ? {} : plainValueOf(tree.root)
  const judged = validated(root, schema, composition, filled, context.home)
  const reading: ConfigReading = withLazily(
    {
      ...facts,
      snapshotHash: snapshotHashOf(files, secrets),
      files: [...files.keys(), ...secrets.keys()],
      parsed,
      resolved: filled.value,
      variables: block,
      ...judged,
    },
    {
      origins: () => originsOf(root, filled),
      redactedRaw: () => redactText(rootFile.text, tree, rootPlace(schema)),
      redactedParsed: () => redactConfig(schema, parsed),
      redactedResolved: () => redactedValue(schema, filled.value, filled),
      redactedConfig: () => redactedValue(schema, judged.config, filled),
    },
  )
  return { reading, files, root }
}

const NOTHING = {
  parsed: null,
  resolved: null,
  config: null,
  warnings: [],
  variables: {},
  origins: new Map<string, ConfigOrigin>(),
  redactedRaw: null,
  redactedParsed: null,
  redactedResolved: null,
  redactedConfig: null,
}

type Validated = Pick<ConfigReading, 'config' | 'problems' | 'warnings'>

function validated(
  root: Part,
  schema: GatewayConfigSchema,
  composition: Composition,
  filled: Filled,
  home: string,
): Validated {
  const value = fitToSchema(filled.value, rootPlace(schema), {
    baseOf: (at) => ({ directory: dirname(partAt(root, at)!.sources.at(-1)!.file.path), home }),
    isFilledIn: (path) => filled.references.has(path),
  })
  const checked = checkConfig(schema, value, schema.safeParse(value))
  const isWhole = composition.problems.length === 0
  const found = checked.problems
    .filter(({ problem }) => !isUnfilled(problem, filled) && (isWhole || !MAY_BE_INCLUDED.has(problem.code)))
    .map((located) => withVariable(located, filled))
  const located = [...filled.problems, ...found].map((one) => placed(one, root))
  const problems = inTextOrder([...composition.problems, ...located])
  return {
    config: problems.length === 0 ? checked.config : null,
    problems,
    warnings: inTextOrder([
      ...composition.warnings,
      ...[...filled.warnings, ...checked.warnings].map((one) => placed(one, root)),
    ]),
  }
}

/** What a file that could not be included might have said. */
const MAY_BE_INCLUDED: ReadonlySet<string> = new Set(['missing_key', 'not_found', 'conflict'])

/** A value that could not be filled in is one problem, not also one of the schema. */
function isUnfilled(problem: ConfigProblem, filled: Filled): boolean {
  return filled.problems.some(
    ({ problem: { path } }) =>
      problem.path === path || problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`),
  )
}

function withVariable(located: LocatedProblem, filled: Filled): LocatedProblem {
  const reference = filled.references.get(located.problem.path)
  if (reference === undefined) return located
  const [name] = reference.variables
  return blameReference(located, name === undefined ? reference.reference : `environment variable ${name}`)
}

function placed({ at, problem }: LocatedProblem, root: Part): ConfigProblem {
  const atKey = problem.code === 'unknown_key' || problem.message === 'reserved key'
  return { ...problem, ...placeOfPath(root, at, atKey) }
}

/** By file in the order in which they come up, then by line. */
function inTextOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const order = new Map([...new Set(problems.map(({ file }) => file))].map((file, index) => [file, index]))
  return [...problems].sort(
    (one, other) =>
      order.get(one.file)! - order.get(other.file)! ||
      (one.line ?? 0) - (other.line ?? 0) ||
      (one.column ?? 0) - (other.column ?? 0),
  )
}

async function secretsOf(
  root: Part,
  schema: GatewayConfigSchema,
  variables: Variables,
  home: string,
): Promise<SecretFiles> {
  const paths = [...secretReferences(root, secretPlace(rootPlace(schema)))].map((found) =>
    secretPath(found, variables, home),
  )
  return readSecretFiles(paths.filter((path) => path !== null))
}

function secretPlace(place: SchemaPlace): SecretPlace {
  const kind = place.schema?.def.type
  return {
    isSecretValue: place.secret && kind !== 'object' && kind !== 'record' && kind !== 'array',
    inside: (segment) => secretPlace(placeInside(place, segment)),
  }
}

function originsOf(root: Part, filled: Filled): ReadonlyMap<string, ConfigOrigin> {
  const origins = new Map<string, ConfigOrigin>()
  for (const [at, part] of partsIn(root)) {
    const source = part.sources.at(-1)!
    const path = formatKeyPath(at)
    const reference = filled.references.get(path)?.reference
    origins.set(path, {
      file: source.file.path,
      ...placeOfSource(source),
      ...(reference === undefined ? {} : { reference }),
    })
  }
  return origins
}

/** Secrets give way to the placeholder, or to the reference that stands in the file. */
function redactedValue(schema: GatewayConfigSchema, value: unknown, filled: Filled): unknown {
  return withReferences(redactConfig(schema, value), filled, [])
}

function withReferences(value: unknown, filled: Filled, at: KeyPath): unknown {
  if (value === REDACTED) {
    const reference = filled.references.get(formatKeyPath(at))
    return reference?.isPure === true ? reference.reference : value
  }
  if (Array.isArray(value)) return value.map((item, index) => withReferences(item, filled, [...at, index]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withReferences(member, filled, [...at, key])]),
  )
}

function snapshotHashOf(files: ConfigFiles, secrets: SecretFiles): string {
  const hash = createHash('sha256')
  for (const file of files.values()) hash.update(`${file.name}\0${file.exists ? file.hash : ''}\n`)
  for (const secret of secrets.values()) hash.update(`${secret.path}\0${secret.hash}\n`)
  return hash.digest('hex')
}
