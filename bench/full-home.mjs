/* A home whose database has been in use for long, written past the gateway: saying it all would take an hour. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Database from 'libsql'
import { createHome, startGateway } from './processes.mjs'

const WORDS = 'The quick brown fox jumps over the lazy dog and tells the story again. '
const FILLING = 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144'

/** Sessions are named by row and place: so many rows, each as long as the store has sessions for. */
export const ROWS = 100

export function fullKey(row, place) {
  return `agent:main:full-${row}-${place}`
}

/**
 * A home with so many sessions of so many entries each, written in the order in which the store keeps them.
 */
export async function createFullHome(cli, { engine, sessions, entries }) {
  const prepared = createHome()
  try {
    // The gateway makes the tables.
    const gateway = await startGateway(cli, { engine, prepared: { home: prepared.home, remove: () => undefined } })
    await gateway.stop()
    fill(join(prepared.home, '.mayros', 'mayros.db'), sessions, entries)
    return prepared
  } catch (thrown) {
    prepared.remove()
    throw thrown
  }
}

function fill(file, sessions, entries) {
  const database = new Database(file)
  database.exec(FILLING)
  database.exec('BEGIN')
  const insert = database.prepare(
    `INSERT INTO sessions (key, session_id, agent, updated_at, listing, searchable, entry) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const now = Date.now()
  for (let at = 0; at < sessions; at++) {
    const sessionId = randomUUID()
    const key = fullKey(at % ROWS, Math.floor(at / ROWS))
    const entry = { key, sessionId, agentId: 'main', createdAt: now - entries * 1000, updatedAt: now - at }
    insert.run(key, sessionId, 'main', now - at, 0, `${sessionId}\u001f${key}\u001f`, JSON.stringify(entry))
  }
  database.exec('CREATE TEMP TABLE story (seq INTEGER PRIMARY KEY, message TEXT)')
  const tell = database.prepare('INSERT INTO story (seq, message) VALUES (?, ?)')
  for (let seq = 1; seq <= entries; seq++) {
    tell.run(seq, JSON.stringify(messageAt(seq, now - (entries - seq) * 1000)))
  }
  database.exec(
    `INSERT INTO transcript_entries (session_id, seq, entry)
     SELECT session_id, seq, '{"id":"' || session_id || '-' || seq || '","message":' || message || '}'
     FROM (SELECT session_id FROM sessions ORDER BY session_id) CROSS JOIN story ORDER BY session_id, seq;
     COMMIT`,
  )
  database.close()
}

function messageAt(seq, timestamp) {
  const content = [{ type: 'text', text: `${seq}: ${WORDS.repeat(1 + (seq % 2))}` }]
  return seq % 2 === 1
    ? { role: 'user', content, timestamp }
    : { role: 'assistant', content, timestamp, api: 'echo', provider: 'echo', model: 'echo', stopReason: 'stop' }
}
