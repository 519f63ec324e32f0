import { isBuiltIn, type KnownTool } from './known-tool.js'

const FS = ['read', 'write', 'edit', 'apply_patch']
const RUNTIME = ['exec', 'process']
const SESSIONS = ['sessions_list', 'sessions_history', 'sessions_send', 'sessions_spawn', 'subagents', 'session_status']
const MEMORY = ['memory_search', 'memory_get']
const WEB = ['web_search', 'web_fetch']
const UI = ['browser', 'canvas']
const AUTOMATION = ['cron', 'gateway']
const MESSAGING = ['message']
const NODES = ['nodes']

/** Tools by group. `group:plugins` is not among them: it is whatever is not our own. */
export const TOOL_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'group:fs': FS,
  'group:runtime': RUNTIME,
  'group:sessions': SESSIONS,
  'group:memory': MEMORY,
  'group:web': WEB,
  'group:ui': UI,
  'group:automation': AUTOMATION,
  'group:messaging': MESSAGING,
  'group:nodes': NODES,
  'group:mayros': [
    ...UI,
    ...NODES,
    ...AUTOMATION,
    ...MESSAGING,
    'agents_list',
    ...SESSIONS,
    ...MEMORY,
    ...WEB,
    'image',
  ],
}

/** Whether a tool is in a group; no tool is in a group that does not exist. */
export function isInGroup(group: string, tool: KnownTool): boolean {
  if (group === 'group:plugins') return !isBuiltIn(tool)
  return Object.hasOwn(TOOL_GROUPS, group) && TOOL_GROUPS[group]?.includes(tool.name) === true
}
