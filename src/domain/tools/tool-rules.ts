import { isInGroup } from './groups.js'
import { canonicalName, type KnownTool } from './known-tool.js'

/** One entry of a list: a name, a group, the id of a toolbox, or a pattern with `*`. */
export interface ToolRule {
  readonly entry: string
  /** Where it stands: `tools.deny[2]`. */
  readonly path: string
  matches(tool: KnownTool): boolean
}

/** Rules for the entries of a list, each with its place. */
export function rulesOf(entries: readonly string[] | undefined, path: string): readonly ToolRule[] {
  return (entries ?? []).map((entry, index) => ruleOf(entry, `${path}[${index}]`))
}

/** @param path where the entry stands */
export function ruleOf(entry: string, path: string): ToolRule {
  const name = canonicalName(entry)
  return { entry, path, matches: matcherOf(name) }
}

function matcherOf(name: string): (tool: KnownTool) => boolean {
  if (name.startsWith('group:')) return (tool) => isInGroup(name, tool)
  if (!name.includes('*')) {
    return (tool) => tool.name === name || (tool.toolboxId.toLowerCase() === name && isInGroup('group:plugins', tool))
  }
  const parts = name.split(/\*+/)
  return (tool) => fits(tool.name, parts)
}

/** Whether a text is these parts in this order with anything in between. Takes no longer for wicked patterns. */
function fits(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  const end = text.length - last.length
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
