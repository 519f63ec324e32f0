import type { RunRecord } from '../../../src/domain/run/run.js'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'
import type { TranscriptEntry } from '../../../src/domain/session/transcript.js'
import type { UsageRecord } from '../../../src/domain/usage/usage-record.js'

/** Text that has tripped up stores: NUL, quotes, line ends, an emoji beyond 16 bits, marks that combine, right-to-left. */
export const AWKWARD_TEXT =
  'NUL:\u0000 quote:\' " ` back:\\ line:\r\n\u2028 emoji:\u{1f980} marks:e\u0301 rtl:\u05e9 end'

export function sampleSession(key: string, fields: Partial<SessionEntry> = {}): SessionEntry {
  return { key, sessionId: `transcript of ${key}`, agentId: 'main', createdAt: 1_000, updatedAt: 1_000, ...fields }
}

export function sampleEntry(id: string, text = `text of ${id}`): TranscriptEntry {
  return { id, message: { role: 'user', content: [{ type: 'text', text }], timestamp: 1_000 } }
}

/** `count` entries named `<prefix>1`, `<prefix>2`, … */
export function sampleEntries(prefix: string, count: number): readonly TranscriptEntry[] {
  return Array.from({ length: count }, (_, index) => sampleEntry(`${prefix}${index + 1}`))
}

export function sampleRun(runId: string, fields: Partial<RunRecord> = {}): RunRecord {
  return {
    runId,
    method: 'agent',
    sessionKey: 'agent:main:main',
    agentId: 'main',
    request: { message: `message of ${runId}` },
    state: 'accepted',
    acceptedAt: 1_000,
    ...fields,
  }
}

/** An answered call that ended at `at`. */
export function sampleUsage(at: number, fields: Partial<UsageRecord> = {}): UsageRecord {
  return {
    at,
    agentId: 'main',
    sessionKey: 'agent:main:main',
    sessionId: `transcript ${at}`,
    runId: `run ${at}`,
    provider: 'acme',
    model: 'std',
    isAnswered: true,
    tokens: { input: 10, output: 5, cacheRead: 3, cacheWrite: 2, total: 20 },
    cost: { input: 0.1, output: 0.2, cacheRead: 0.01, cacheWrite: 0.02, total: 0.33 },
    messages: { user: 0, assistant: 1, toolCalls: 0, toolResults: 0, errors: 0 },
    tools: {},
    latencyMs: null,
    ...fields,
  }
}

export function idsOf(entries: readonly TranscriptEntry[]): readonly string[] {
  return entries.map(({ id }) => id)
}

export function keysOf(entries: readonly SessionEntry[]): readonly string[] {
  return entries.map(({ key }) => key)
}
