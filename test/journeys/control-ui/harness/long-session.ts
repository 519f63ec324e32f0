import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LibsqlSessionStore } from '../../../../src/adapters/store-libsql/libsql-session-store.js'
import type { TranscriptEntry } from '../../../../src/domain/session/transcript.js'
import type { CliHome } from '../../harness/cli-home.js'

/** Puts a session into a home whose gateway does not run, with questions and answers in turn: `message 0` and so on. */
export async function longSession(home: CliHome, key: string, messages: number): Promise<void> {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const store = new LibsqlSessionStore(join(home.stateDir, 'mayros.db'))
  await store.open()
  const now = Date.now()
  const sessionId = 'a-long-session'
  const entries = Array.from({ length: messages }, (_, at) => entryOf(at, now - (messages - at) * 1000))
  await store.commit([
    { kind: 'session.put', entry: { key, sessionId, agentId: 'main', createdAt: now, updatedAt: now } },
    { kind: 'transcript.append', sessionId, entries },
  ])
  await store.close()
}

function entryOf(at: number, timestamp: number): TranscriptEntry {
  const text = at % 7 === 0 ? `message ${at}\n\n- one\n- two\n\n\`\`\`js\nrun(${at})\n\`\`\`` : `message ${at}`
  const content = [{ type: 'text', text }] as const
  const role = at % 2 === 0 ? ('user' as const) : ('assistant' as const)
  return { id: `entry-${at}`, message: { role, content, timestamp } }
}
