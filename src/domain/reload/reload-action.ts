/** What has to be done besides swapping the snapshot. Listed in the order in which one reload does them. */
export const ACTION_ORDER = [
  'reload-settings',
  'log',
  'auth',
  'models',
  'agents',
  'lanes',
  'hooks',
  'cron',
  'heartbeat',
  'monitor',
  'skills',
  'channel',
  'channels',
] as const

export type ReloadActionName = (typeof ACTION_ORDER)[number]

/** One piece of work that brings a changed snapshot into force. */
export type ReloadAction =
  | { readonly name: Exclude<ReloadActionName, 'channel'> }
  /** `account` null = every account of this channel. */
  | { readonly name: 'channel'; readonly channel: string; readonly account: string | null }

/** `auth`, `channel telegram`, `channel telegram/work`. */
export function formatReloadAction(action: ReloadAction): string {
  if (action.name !== 'channel') return action.name
  return action.account === null ? `channel ${action.channel}` : `channel ${action.channel}/${action.account}`
}
