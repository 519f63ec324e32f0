import { parseAgentKey } from '../../../domain/session/session-key.js'
import { ago, table } from './words.js'

/** One row of `sessions.list`, as far as it is shown. */
export interface SessionFacts {
  readonly key: string
  readonly kind?: string
  readonly sessionId?: string
  readonly updatedAt?: number | null
  readonly model?: string
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly totalTokens?: number
  readonly contextTokens?: number
  readonly systemSent?: boolean
  readonly abortedLastRun?: boolean
  readonly displayName?: string
  readonly label?: string
  readonly origin?: unknown
}

export function sessionLines(sessions: readonly SessionFacts[], now: number): string[] {
  if (sessions.length === 0) return ['no sessions']
  return table(
    sessions.map((session) => [
      session.key,
      session.kind ?? '',
      session.updatedAt == null ? 'never' : ago(now - session.updatedAt),
      session.model ?? '',
      [contextText(session), session.abortedLastRun === true ? 'last run stopped' : ''].filter(Boolean).join('  '),
    ]),
  )
}

export function sessionsDocument(facts: {
  readonly path: string | null
  readonly sessions: readonly SessionFacts[]
  readonly now: number
  readonly activeMinutes: number | null
}): Record<string, unknown> {
  const { path, sessions, now, activeMinutes } = facts
  return {
    path,
    count: sessions.length,
    activeMinutes,
    sessions: sessions.map((session) => ({
      key: session.key,
      kind: session.kind ?? null,
      agentId: parseAgentKey(session.key)?.agentId ?? null,
      sessionId: session.sessionId ?? null,
      updatedAt: session.updatedAt == null ? null : new Date(session.updatedAt).toISOString(),
      ageMs: session.updatedAt == null ? null : Math.max(0, now - session.updatedAt),
      model: session.model ?? null,
      inputTokens: session.inputTokens ?? null,
      outputTokens: session.outputTokens ?? null,
      totalTokens: session.totalTokens ?? null,
      contextTokens: session.contextTokens ?? null,
      percentUsed: percentOf(session),
      systemSent: session.systemSent ?? null,
      abortedLastRun: session.abortedLastRun ?? null,
      displayName: session.displayName ?? session.label ?? null,
      origin: session.origin ?? null,
    })),
  }
}

function contextText(session: SessionFacts): string {
  const percent = percentOf(session)
  if (session.totalTokens === undefined) return ''
  const used = thousands(session.totalTokens)
  return percent === null ? used : `${used} of ${thousands(session.contextTokens ?? 0)} (${percent}%)`
}

function percentOf({ totalTokens, contextTokens }: SessionFacts): number | null {
  if (totalTokens === undefined || contextTokens === undefined || contextTokens === 0) return null
  return Math.round((100 * totalTokens) / contextTokens)
}

function thousands(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${Math.round(tokens / 1000)}k`
}
