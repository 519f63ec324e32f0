/** A place in the navigation. */
export interface ViewEntry {
  /** First part of its path, and name of its element: `mayros-<view>-view`. */
  readonly view: string
  readonly title: string
  /** Name of its icon, see elements/icon.ts. */
  readonly icon: string
  /** Loads the element; every view is a file of its own that is fetched when first shown. */
  readonly load: () => Promise<unknown>
}

export const VIEWS: readonly ViewEntry[] = [
  { view: 'overview', title: 'Overview', icon: 'overview', load: () => import('./overview/overview-view.js') },
  { view: 'chat', title: 'Chat', icon: 'chat', load: () => import('./chat/chat-view.js') },
  { view: 'sessions', title: 'Sessions', icon: 'sessions', load: () => import('./sessions/sessions-view.js') },
  { view: 'channels', title: 'Channels', icon: 'channels', load: () => import('./channels/channels-view.js') },
  { view: 'agents', title: 'Agents', icon: 'agents', load: () => import('./agents/agents-view.js') },
  { view: 'config', title: 'Config', icon: 'config', load: () => import('./config/config-view.js') },
  { view: 'devices', title: 'Devices', icon: 'devices', load: () => import('./devices/devices-view.js') },
  { view: 'approvals', title: 'Approvals', icon: 'approvals', load: () => import('./approvals/approvals-view.js') },
  { view: 'logs', title: 'Logs', icon: 'logs', load: () => import('./logs/logs-view.js') },
  { view: 'debug', title: 'Debug', icon: 'debug', load: () => import('./debug/debug-view.js') },
]
