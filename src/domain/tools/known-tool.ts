/** What policy needs to know of a tool. */
export interface KnownTool {
  readonly name: string
  /** Id of the toolbox that brought it. */
  readonly toolboxId: string
  readonly isForOwners?: boolean
}

const OTHER_NAMES: Readonly<Record<string, string>> = { bash: 'exec', 'apply-patch': 'apply_patch' }

/** The one spelling of a tool's name, a group or a pattern in a list. */
export function canonicalName(text: string): string {
  const name = text.trim().toLowerCase()
  return Object.hasOwn(OTHER_NAMES, name) ? (OTHER_NAMES[name] as string) : name
}

/** Whether it is our own; everything else was brought by a plugin or a server. */
export function isBuiltIn({ toolboxId }: KnownTool): boolean {
  return toolboxId === 'builtin' || toolboxId.startsWith('builtin-')
}
