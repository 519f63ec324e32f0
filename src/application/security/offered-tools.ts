import type { GatewayConfig } from '../../domain/config/config.js'

/** What one layer says about tools. */
export interface ToolLayer {
  readonly profile?: string | undefined
  readonly allow?: readonly string[] | undefined
  readonly alsoAllow?: readonly string[] | undefined
  readonly deny?: readonly string[] | undefined
}

/** Tools that change files or run commands on this machine, by group. */
const DANGEROUS: Readonly<Record<string, readonly string[]>> = {
  'group:fs': ['read', 'write', 'edit', 'apply_patch'],
  'group:runtime': ['exec', 'process'],
}
const OTHER_NAMES: Readonly<Record<string, string>> = { bash: 'exec', 'apply-patch': 'apply_patch' }
const DANGEROUS_PROFILES: ReadonlySet<string> = new Set(['full', 'coding'])

/**
 * The tools for files and commands that some agent offers. A tool is offered when every layer lets it through; within a
 * layer deny beats allow, and no allow list means all.
 * @param chat what a chat adds to it
 */
export function dangerousTools(config: GatewayConfig, chat: ToolLayer = {}): readonly string[] {
  const agents = config.agents.list ?? []
  const own = agents.length === 0 ? [undefined] : agents.map((agent) => agent.tools)
  const offered = own.flatMap((tools) => {
    const profile = {
      profile: tools?.profile ?? config.tools.profile,
      alsoAllow: tools?.alsoAllow ?? config.tools.alsoAllow,
    }
    const security = tools?.exec?.security ?? config.tools.exec.security
    const layers: ToolLayer[] = [profile, withoutProfile(config.tools), withoutProfile(tools ?? {}), chat]
    return Object.values(DANGEROUS)
      .flat()
      .filter((tool) => layers.every((layer) => passes(tool, layer)))
      .filter((tool) => security !== 'deny' || tool !== 'exec')
  })
  return [...new Set(offered)]
}

function withoutProfile({ allow, deny }: ToolLayer): ToolLayer {
  return { allow, deny }
}

function passes(tool: string, { profile, allow, alsoAllow, deny }: ToolLayer): boolean {
  if (names(deny, tool)) return false
  if (names(alsoAllow, tool)) return true
  if (profile !== undefined && !DANGEROUS_PROFILES.has(profile)) return false
  return allow === undefined || allow.length === 0 || names(allow, tool)
}

function names(entries: readonly string[] | undefined, tool: string): boolean {
  return (entries ?? []).some((entry) => {
    const name = OTHER_NAMES[entry.toLowerCase()] ?? entry.toLowerCase()
    if (DANGEROUS[name] !== undefined) return DANGEROUS[name].includes(tool)
    const pattern = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    return new RegExp(`^${pattern.join('.*')}$`).test(tool)
  })
}
