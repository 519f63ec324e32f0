import type { AccountState } from './account-state.js'

/** How the badge of an account looks. */
export const ACCOUNT_BADGES: Readonly<Record<AccountState, string>> = {
  connected: 'ok',
  connecting: 'info',
  off: '',
  unconfigured: 'warn',
  stopped: 'warn',
  failing: 'danger',
}
