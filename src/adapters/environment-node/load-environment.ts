import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type ParsedDotenv, parseDotenv } from './parse-dotenv.js'

/** Whoever can write a file beside the work of others must not redirect the program with it. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'NODE_OPTIONS',
  'MAYROS_HOME',
  'MAYROS_PROFILE',
  'MAYROS_STATE_DIR',
  'MAYROS_CONFIG_PATH',
])
const FORBIDDEN_PREFIX = /^(?:LD_|DYLD_)/

export interface LoadEnvironmentSources {
  /** The environment of the process. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
  readonly stateDir: string
}

/** The environment with everything that files add to it. */
export interface LoadedEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>
  /** What was passed over, and files that others can read; one sentence each. Never values. */
  readonly warnings: readonly string[]
}

/**
 * The variables of the process, then those of `.env` in the working directory, then those of `<state dir>/.env`. A later
 * source never replaces a variable that exists, even if it is empty. The process's own environment stays as it is.
 */
export function loadEnvironment({ env, workingDirectory, stateDir }: LoadEnvironmentSources): LoadedEnvironment {
  const variables: Record<string, string | undefined> = { ...env }
  const warnings: string[] = []
  const paths = new Set([resolve(workingDirectory, '.env'), join(stateDir, '.env')])
  for (const path of paths) {
    const { file, warning } = readDotenv(path)
    warnings.push(...(warning === null ? [] : [warning]))
    for (const line of file.badLines) warnings.push(`${path}:${line}: not an assignment; ignored`)
    for (const { name, value, line } of file.entries) {
      if (isForbidden(name)) warnings.push(`${path}:${line}: ${name} cannot be set in this file; ignored`)
      else if (variables[name] === undefined) variables[name] = value
    }
  }
  const kept = join(stateDir, '.env')
  if (isExposed(kept)) warnings.push(`${kept} can be read by others than its owner: chmod 600 ${kept}`)
  return { variables, warnings }
}

function isForbidden(name: string): boolean {
  return FORBIDDEN.has(name) || FORBIDDEN_PREFIX.test(name)
}

const NONE: ParsedDotenv = { entries: [], badLines: [] }

/** A missing file is no file; one that cannot be read is passed over with a warning. */
function readDotenv(path: string): { readonly file: ParsedDotenv; readonly warning: string | null } {
  try {
    return { file: parseDotenv(readFileSync(path, 'utf8')), warning: null }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR'
    return { file: NONE, warning: isAbsent ? null : `cannot read ${path}: ${code}` }
  }
}

function isExposed(path: string): boolean {
  const mode = process.platform === 'win32' ? undefined : modeOf(path)
  return mode !== undefined && (mode & 0o077) !== 0
}

/** Undefined when there is no such file, or none that may be looked at. */
function modeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.mode
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return undefined
  }
}
