import { delimiter } from 'node:path'

/** Tells programs that they run in a tool of the gateway. */
const CLI_MARK = 'MAYROS_CLI'

/** Variables by which other programs could be smuggled into a command that was judged by its words. */
const STEERING = new Set([
  'BASHOPTS',
  'BASH_ENV',
  'CDPATH',
  'EDITOR',
  'ENV',
  'GIT_EDITOR',
  'GIT_EXTERNAL_DIFF',
  'GIT_PAGER',
  'GIT_PROXY_COMMAND',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'IFS',
  'LESSOPEN',
  'NODE_OPTIONS',
  'NODE_PATH',
  'PAGER',
  'PATH',
  'PERL5LIB',
  'PERL5OPT',
  'PROMPT_COMMAND',
  'PS4',
  'PYTHONHOME',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'RUBYLIB',
  'RUBYOPT',
  'SHELL',
  'SHELLOPTS',
  'VISUAL',
])
const STEERING_PREFIXES = ['MAYROS_', 'LD_', 'DYLD_', 'BASH_FUNC_', 'GIT_CONFIG'] as const

export interface ChildEnvironmentParts {
  readonly inherited: Readonly<Record<string, string | undefined>>
  /** Set by the model. */
  readonly added: Readonly<Record<string, string>>
  readonly pathPrepend: readonly string[]
  forbidden(name: string): boolean
}

/** What a command inherits: no configured secret, and nothing that steers the gateway itself. */
export function childEnvironment(parts: ChildEnvironmentParts): Record<string, string> {
  const { inherited, added, pathPrepend, forbidden } = parts
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || name.toUpperCase().startsWith('MAYROS_') || forbidden(name)) continue
    env[name] = value
  }
  Object.assign(env, added)
  env.PATH = [...pathPrepend, env.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter)
  env[CLI_MARK] = '1'
  return env
}

/** The first variable that a model may not set; null when it may set all of them. */
export function refusedVariable(names: readonly string[], forbidden: (name: string) => boolean): string | null {
  return names.find((name) => isSteering(name.toUpperCase()) || forbidden(name)) ?? null
}

function isSteering(name: string): boolean {
  return STEERING.has(name) || STEERING_PREFIXES.some((prefix) => name.startsWith(prefix))
}
