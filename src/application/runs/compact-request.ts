import type { GatewayConfig } from '../../domain/config/config.js'
import { durationMs } from '../../domain/config/duration.js'
import { DEFAULT_ACCOUNT_ID } from '../../domain/config/resolve-channel-account.js'
import { historyLimitOf, historyLimitsOf, lastTurns } from '../../domain/session/history-limits.js'
import { prunedHistory } from '../../domain/session/pruning.js'
import type { SessionEntry } from '../../domain/session/session-entry.js'
import { kindOfKey } from '../../domain/session/session-key.js'
import type { TranscriptMessage } from '../../domain/session/transcript.js'
import type { Clock } from '../ports/clock.js'
import type { RunHooks } from './run-hooks.js'

/**
 * What of a conversation a request carries: no more turns than its channel allows, and old results of tools cut short
 * where the configuration says so. The transcript keeps everything.
 */
export function compactRequest(config: () => GatewayConfig, clock: Clock): NonNullable<RunHooks['prepareHistory']> {
  return (history, _model, session) => {
    const now = config()
    return pruned(lastTurns(history, turnsOf(now, session)), now, clock)
  }
}

function turnsOf(config: GatewayConfig, session: SessionEntry | null): number | null {
  const channel = session?.channel ?? session?.lastChannel
  if (session === null || channel === undefined) return null
  const limits = historyLimitsOf(config, channel, session.lastAccountId ?? DEFAULT_ACCOUNT_ID)
  const peerId = session.lastTo ?? session.deliveryContext?.to
  const kind = kindOfKey(session.key, session.chatType) === 'group' ? 'group' : 'direct'
  return historyLimitOf(limits, peerId === undefined ? { kind } : { kind, peerId })
}

function pruned(
  history: readonly TranscriptMessage[],
  config: GatewayConfig,
  clock: Clock,
): readonly TranscriptMessage[] {
  const { mode, ttl, keepLastAssistants, minPrunableToolChars } = config.agents.defaults.contextPruning
  if (mode === 'off') return history
  return prunedHistory(history, { ttlMs: durationMs(ttl, 'm'), keepLastAssistants, minPrunableToolChars }, clock.now())
}
