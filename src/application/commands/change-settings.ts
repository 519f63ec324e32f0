import type { SessionChanges } from '../../domain/session/session-entry.js'
import type { CommandOrder, CommandParts } from './command-order.js'

/** Changes settings of the session a command was given in; null clears one. */
export async function changeSettings(
  { session }: Pick<CommandOrder, 'session'>,
  changes: SessionChanges,
  { store }: Pick<CommandParts, 'store'>,
): Promise<void> {
  await store.commit([{ kind: 'session.update', key: session.key, changes, otherwise: session }])
}

/** Words that take a setting of the session back to what it inherits. */
export function meansDefault(word: string): boolean {
  return ['default', 'inherit', 'reset', 'clear'].includes(word.trim().toLowerCase())
}
