export type ToolProfile = 'minimal' | 'coding' | 'messaging' | 'full'

/** What a profile allows; null = everything. */
export const TOOL_PROFILES: Readonly<Record<ToolProfile, readonly string[] | null>> = {
  minimal: ['session_status'],
  coding: ['group:fs', 'group:runtime', 'group:sessions', 'group:memory', 'image'],
  messaging: ['group:messaging', 'sessions_list', 'sessions_history', 'sessions_send', 'session_status'],
  full: null,
}
