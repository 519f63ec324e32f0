import { access } from 'node:fs/promises'
import { messageOf } from '../../domain/failure.js'
import { Connection } from './connection.js'
import { MIGRATIONS } from './migrations.js'
import { loadEngine } from './open-database.js'

/** What a database says of itself. */
export type DatabaseState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'sound'; readonly version: number; readonly newest: number }
  | { readonly kind: 'damaged'; readonly problems: readonly string[] }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** Looks at a database that may be in use, without changing it. Takes about 1 ms for each MiB. */
export async function inspectDatabase(file: string): Promise<DatabaseState> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (!isThere) return { kind: 'absent' }
  try {
    const Database = await loadEngine()
    const connection = new Connection(new Database(file, { readonly: true, timeout: 2_000 }))
    try {
      const problems = connection
        .prepare('PRAGMA integrity_check(20)')
        .all()
        .map(([line]) => String(line))
      if (problems.length !== 1 || problems[0] !== 'ok') return { kind: 'damaged', problems }
      return { kind: 'sound', version: connection.number('PRAGMA user_version'), newest: MIGRATIONS.length }
    } finally {
      connection.close()
    }
  } catch (thrown) {
    return { kind: 'unreadable', reason: messageOf(thrown) }
  }
}
