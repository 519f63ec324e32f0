import { substituteVariables, type Variables } from './substitute-variables.js'

/** Keys below `env` that are settings and no variables. */
const SETTINGS: ReadonlySet<string> = new Set(['vars', 'shellEnv'])

/**
 * The variables that the `env` section defines: the texts of `env.vars`, and every other text under `env`. They may
 * refer to variables of the environment outside, not to each other.
 * @param root what the files say, before substitution
 */
export function environmentBlock(root: unknown, outside: Variables): Record<string, string> {
  const env = membersOf(membersOf(root).env)
  const direct = Object.entries(env).filter(([name]) => !SETTINGS.has(name))
  const block: Record<string, string> = {}
  for (const [name, value] of [...direct, ...Object.entries(membersOf(env.vars))]) {
    if (typeof value !== 'string' || name === '__proto__') continue
    const { text, missing } = substituteVariables(value, outside)
    if (missing.length === 0) block[name] = text
  }
  return block
}

/** The variables that count: those of the environment first, also where they are set to nothing. */
export function withEnvironmentBlock(outside: Variables, block: Readonly<Record<string, string>>): Variables {
  return { ...block, ...Object.fromEntries(Object.entries(outside).filter(([, value]) => value !== undefined)) }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
