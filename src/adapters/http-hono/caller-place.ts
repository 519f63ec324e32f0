import type { Context } from 'hono'
import { agentOfModel, sessionOfCaller } from '../../domain/openai/agent-of-model.js'
import type { KeySpace } from '../../domain/session/session-key.js'

/** What a body says about agent and session. */
interface Asked {
  readonly model: string
  readonly user?: string | null | undefined
}

/**
 * Which agent is asked, in which session; null = one of its own. Headers count more than the body.
 * @param prefix what the endpoint's sessions are called after
 */
export function callerPlace(
  context: Context,
  { model, user }: Asked,
  space: { readonly agentIds: readonly string[]; readonly prefix: string; readonly scope: KeySpace['scope'] },
): { readonly agentId: string; readonly sessionKey: string | null } {
  const header = (...names: readonly string[]) =>
    names.map((name) => context.req.header(name)).find((value) => value !== undefined)
  const named = header('x-mayros-agent-id', 'x-mayros-agent', 'x-openclaw-agent-id', 'x-openclaw-agent')
  const agentId = agentOfModel({ model, header: named, agentIds: space.agentIds })
  const session = header('x-mayros-session-key', 'x-openclaw-session-key')
  const { prefix, scope } = space
  return { agentId, sessionKey: sessionOfCaller({ agentId, header: session, user, prefix, scope }) }
}
