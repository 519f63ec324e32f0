/** Files of a workspace that say who an agent is and what it knows; nothing else is shown or changed from afar. */
export const WORKSPACE_FILE_NAMES = [
  'AGENTS.md',
  'SOUL.md',
  'TOOLS.md',
  'IDENTITY.md',
  'USER.md',
  'HEARTBEAT.md',
  'BOOTSTRAP.md',
  'MEMORY.md',
] as const

/** How older workspaces spell MEMORY.md. */
export const OLD_MEMORY_FILE = 'memory.md'

export function isWorkspaceFileName(name: string): boolean {
  return name === OLD_MEMORY_FILE || (WORKSPACE_FILE_NAMES as readonly string[]).includes(name)
}
