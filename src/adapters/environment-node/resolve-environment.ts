import { join, resolve } from 'node:path'
import { Failure } from '../../domain/failure.js'

const DEFAULT_PORT = 18789
const DEV_PORT = 19001
const DEV_PROFILE = 'dev'
const PROFILE_NAME = /^[A-Za-z0-9_-]{1,64}$/

export interface EnvironmentFlags {
  /** `--profile <name>` */
  readonly profile?: string
  /** `--dev` */
  readonly dev?: boolean
}

export interface EnvironmentSources {
  readonly flags: EnvironmentFlags
  /** Environment variables; one that is set but blank counts as unset. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Home directory of the account, for when no variable names one. */
  readonly accountHome: string
  /** Directory that relative paths in variables start from. */
  readonly workingDirectory: string
}

/** Which instance this process is about. All paths are absolute. */
export interface ResolvedEnvironment {
  /** Null = the unnamed default profile. */
  readonly profile: string | null
  readonly home: string
  readonly stateDir: string
  readonly configPath: string
  /** Port when neither flag, variable nor file names one. */
  readonly defaultPort: number
  /** Sentences an operator should see in status and doctor: what overrides what the profile would give. */
  readonly notes: readonly string[]
}

/**
 * Decides home, profile, state directory, config file and default port. Pure: the same sources give the same answer,
 * and no file is looked at.
 * @throws Failure `usage` for flags that contradict each other and for bad profile names
 */
export function resolveEnvironment(sources: EnvironmentSources): ResolvedEnvironment {
  const variable = (name: string) => nonBlank(sources.env[name])
  const home = resolveHome(sources, variable)
  const path = (text: string) => resolve(sources.workingDirectory, withHome(text, home))
  const profile = resolveProfile(sources.flags, variable('MAYROS_PROFILE'))
  const profileDir = join(home, profile === null ? '.mayros' : `.mayros-${profile}`)
  const ownStateDir = variable('MAYROS_STATE_DIR')
  const stateDir = ownStateDir === undefined ? profileDir : path(ownStateDir)
  const ownConfigPath = variable('MAYROS_CONFIG_PATH')
  const usualConfigPath = join(stateDir, 'mayros.json')
  const configPath = ownConfigPath === undefined ? usualConfigPath : path(ownConfigPath)
  return {
    profile,
    home,
    stateDir,
    configPath,
    defaultPort: profile === DEV_PROFILE ? DEV_PORT : DEFAULT_PORT,
    notes: [
      ...noteOverride('MAYROS_STATE_DIR', stateDir, profileDir, profile),
      ...noteOverride('MAYROS_CONFIG_PATH', configPath, usualConfigPath, profile),
    ],
  }
}

function resolveHome(sources: EnvironmentSources, variable: (name: string) => string | undefined): string {
  const usual = variable('HOME') ?? variable('USERPROFILE') ?? sources.accountHome
  const home = variable('MAYROS_HOME')
  return resolve(sources.workingDirectory, home === undefined ? usual : withHome(home, usual))
}

function resolveProfile(flags: EnvironmentFlags, fromVariable: string | undefined): string | null {
  const asked = flags.profile === undefined ? undefined : profileName(flags.profile, '--profile')
  if (flags.dev === true) {
    if (asked !== undefined && asked !== DEV_PROFILE) {
      throw new Failure(
        'usage',
        `--dev is profile ${DEV_PROFILE} and cannot be combined with --profile ${flags.profile}`,
      )
    }
    return DEV_PROFILE
  }
  if (asked !== undefined) return asked
  return fromVariable === undefined ? null : profileName(fromVariable, 'MAYROS_PROFILE')
}

/** `default` is the name of having none. */
function profileName(name: string, source: string): string | null {
  if (!PROFILE_NAME.test(name)) {
    throw new Failure('usage', `${source} must be 1 to 64 letters, digits, "_" or "-", got ${JSON.stringify(name)}`)
  }
  return name === 'default' ? null : name
}

function noteOverride(variable: string, actual: string, usual: string, profile: string | null): string[] {
  if (actual === usual) return []
  return [
    `${variable} overrides ${profile === null ? 'the default' : `profile ${profile}`}: ${actual} instead of ${usual}`,
  ]
}

function withHome(path: string, home: string): string {
  if (path === '~') return home
  return path.startsWith('~/') || path.startsWith('~\\') ? join(home, path.slice(2)) : path
}

function nonBlank(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value
}
