import type { SessionEntry } from '../../domain/session/session-entry.js'
import type { StoreChange } from '../ports/session-store.js'
import { newSession } from './new-session.js'

/** What a session stays when its conversation begins anew, protocol v3. */
const KEPT = [
  'thinkingLevel',
  'verboseLevel',
  'reasoningLevel',
  'responseUsage',
  'modelOverride',
  'providerOverride',
  'lastModel',
  'lastProvider',
  'contextTokens',
  'sendPolicy',
  'label',
  'origin',
  'lastChannel',
  'lastTo',
] as const satisfies readonly (keyof SessionEntry)[]

/** The entry of a key whose conversation begins anew. */
export function anew(
  key: string,
  before: SessionEntry | null,
  facts: { readonly agentId: string; readonly sessionId: string; readonly now: number },
): SessionEntry {
  const kept = KEPT.flatMap((field) => (before?.[field] === undefined ? [] : [[field, before[field]]]))
  return {
    ...newSession(key, { ...facts, agentId: before?.agentId ?? facts.agentId }),
    ...Object.fromEntries(kept),
    inputTokens: 0,
    outputTokens: 0,
    totalTokens: 0,
  }
}

/** Puts the transcript of a session aside whole. */
export function putAside({ key, sessionId }: SessionEntry, archiveId: string, at: number): StoreChange {
  return { kind: 'transcript.archive', sessionId, sessionKey: key, archiveId, reason: 'reset', at, keepLast: 0 }
}
