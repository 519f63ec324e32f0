import { StoreFailure } from '../../application/ports/session-store.js'
import type { Connection } from './connection.js'

/**
 * Brings the file to the version of `migrations`, each step in a transaction of its own: a step that fails leaves the
 * file as the step before it left it. Throws `store-newer` for a file from a later program.
 */
export function migrate(connection: Connection, file: string, migrations: readonly string[]): void {
  const version = connection.number('PRAGMA user_version')
  if (version > migrations.length) {
    throw new StoreFailure(
      'store-newer',
      `${file} was written by a later version of Mayros (schema ${version}, this one knows ${migrations.length}). Update Mayros, or start with another state directory.`,
    )
  }
  if (version === 0 && connection.number('SELECT count(*) FROM sqlite_schema') > 0) {
    throw new StoreFailure(
      'store-unavailable',
      `${file} is the database of another program. Move it away, or start with another state directory.`,
    )
  }
  migrations.slice(version).forEach((step, index) => {
    connection.transaction(() => {
      connection.exec(step)
      connection.exec(`PRAGMA user_version = ${version + index + 1}`)
    })
  })
}
