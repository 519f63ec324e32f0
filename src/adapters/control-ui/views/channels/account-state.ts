import type { ChannelAccount } from './channel-account.js'

export type AccountState = 'connected' | 'connecting' | 'off' | 'unconfigured' | 'stopped' | 'failing'

type AccountStanding = Pick<ChannelAccount, 'connected' | 'enabled' | 'configured' | 'running' | 'lastError'>

/** How an account stands, in one word. */
export function accountState(account: AccountStanding): AccountState {
  if (account.connected) return 'connected'
  if (!account.enabled) return 'off'
  if (!account.configured) return 'unconfigured'
  if (account.lastError !== undefined) return 'failing'
  return account.running ? 'connecting' : 'stopped'
}
