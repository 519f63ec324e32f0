import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { LibsqlSessionStore } from '../adapters/store-libsql/libsql-session-store.js'
import type { SessionQuery } from '../application/ports/session-store.js'
import type { SessionEntry } from '../domain/session/session-entry.js'

/** Sessions of this host, without a gateway. Rejects with a StoreFailure; a host without a store has no sessions. */
export async function readSessions(
  { stateDir }: { readonly stateDir: string },
  query: SessionQuery,
): Promise<{ readonly path: string; readonly sessions: readonly SessionEntry[] }> {
  const path = join(stateDir, 'mayros.db')
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (!isThere) return { path, sessions: [] }
  const store = new LibsqlSessionStore(path)
  await store.open()
  try {
    return { path, sessions: await store.list(query) }
  } finally {
    await store.close()
  }
}
