import { messageOf } from '../../../domain/failure.js'
import type { SessionEntry } from '../../../domain/session/session-entry.js'
import type { RunFinal } from '../../runs/active-run.js'
import type { GatewayToolParts } from './gateway-tool-parts.js'

/** Words of one session for another. */
export interface SpokenWords {
  readonly runId: string
  readonly message: string
  /** Key of the session they come from; null = of none. */
  readonly from: string | null
  readonly extraSystemPrompt?: string
}

/**
 * Hands words to a session; the promise of the end, or why they were refused. Such runs have places of their own: those
 * who wait for them hold one already.
 */
export async function speakTo(
  { desk }: Pick<GatewayToolParts, 'desk'>,
  { key, agentId }: Pick<SessionEntry, 'key' | 'agentId'>,
  { runId, message, from, extraSystemPrompt }: SpokenWords,
): Promise<{ readonly end: Promise<RunFinal> } | string> {
  const source = from === null ? {} : { sourceSessionKey: from }
  try {
    const acceptance = await desk().accept(
      {
        runId,
        method: 'agent',
        sessionKey: key,
        agentId,
        request: {
          message,
          lane: 'nested',
          ...(extraSystemPrompt === undefined ? {} : { extraSystemPrompt }),
          provenance: { kind: 'inter_session', ...source, sourceTool: 'sessions_send' },
        },
      },
      null,
    )
    return { end: acceptance.kind === 'ended' ? Promise.resolve(acceptance.final) : acceptance.run.ended }
  } catch (thrown) {
    return messageOf(thrown)
  }
}
