import type { ConfigEdit } from '../ports/config-source.js'

/** What a new configuration of the profile `dev` says: this machine, and an agent that cannot be taken for the usual one. */
export const DEV_CONFIG: readonly ConfigEdit[] = [
  { path: ['gateway', 'mode'], value: 'local' },
  { path: ['agents', 'list'], value: [{ id: 'dev' }] },
]
