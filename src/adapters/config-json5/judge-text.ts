import { basename } from 'node:path'
import type { ConfigReading } from '../../application/ports/config-source.js'
import { checkConfig } from '../../domain/config/check-config.js'
import { gatewayConfigSchema } from '../../domain/config/config.js'
import type { LocatedProblem } from '../../domain/config/explain-issues.js'
import type { ConfigProblem } from '../../domain/config/problem.js'
import { redactConfig } from '../../domain/config/redact.js'
import { rootPlace } from '../../domain/config/schema-place.js'
import { type PathBase, withAbsolutePaths } from './absolute-paths.js'
import { spanOf } from './locate.js'
import { type ParsedText, parseText } from './parse-text.js'
import { redactText } from './redact-text.js'
import { placeInText } from './text-place.js'

/** What a text says and what is wrong with it: everything of a reading but the facts about the file. */
export type Judgement = Pick<
  ConfigReading,
  'parsed' | 'config' | 'problems' | 'warnings' | 'redactedRaw' | 'redactedParsed' | 'redactedConfig'
>

/** Built once: a schema costs more than any validation. */
const schema = gatewayConfigSchema()

/** Takes a text through all steps: parse, resolve paths, validate, check across keys, freeze, redact. */
export function judgeText(raw: string, path: string, base: PathBase): Judgement {
  const file = basename(path)
  const parsed = parseText(raw, file)
  if ('code' in parsed) return unreadable(parsed)
  const value = withAbsolutePaths(parsed.value, base)
  const checked = checkConfig(schema, value, schema.safeParse(value))
  return {
    parsed: parsed.value,
    config: checked.config,
    problems: inTextOrder(checked.problems.map((located) => placed(located, raw, parsed, file))),
    warnings: inTextOrder([
      ...parsed.warnings,
      ...checked.warnings.map((located) => placed(located, raw, parsed, file)),
    ]),
    redactedRaw: redactText(raw, parsed.tree, rootPlace(schema)),
    redactedParsed: redactConfig(schema, parsed.value),
    redactedConfig: redactConfig(schema, checked.config),
  }
}

/** The judgement of a text that says nothing at all. */
export function unreadable(problem: ConfigProblem): Judgement {
  return {
    parsed: null,
    config: null,
    problems: [problem],
    warnings: [],
    redactedRaw: null,
    redactedParsed: null,
    redactedConfig: null,
  }
}

function placed({ at, problem }: LocatedProblem, raw: string, { tree }: ParsedText, file: string): ConfigProblem {
  const span = spanOf(tree.root, at, problem.code === 'unknown_key' || problem.message === 'reserved key')
  return span === null ? { ...problem, file } : { ...problem, file, ...placeInText(raw, span.start) }
}

function inTextOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  )
}
