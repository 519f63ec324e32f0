import type { AgentDirectory } from '../../domain/config/agent-directory.js'
import {
  sessionsCompactParams,
  sessionsDeleteParams,
  sessionsListParams,
  sessionsPatchParams,
  sessionsPreviewParams,
  sessionsResetParams,
  sessionsResolveParams,
} from '../../domain/protocol/methods/sessions.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import { type MethodRow, method, patient, unadvertised } from '../method-table.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import { CompactSession, type Summaries } from '../sessions/compact-session.js'
import { DeleteSession } from '../sessions/delete-session.js'
import { ListSessions } from '../sessions/list-sessions.js'
import { type Catalogue, PatchSession } from '../sessions/patch-session.js'
import { PreviewSessions } from '../sessions/preview-sessions.js'
import { ResetSession } from '../sessions/reset-session.js'
import { ResolveSession } from '../sessions/resolve-session.js'
import type { RevisionedStore } from '../sessions/revisioned-store.js'
import type { StopSession } from '../sessions/stop-work.js'

export interface SessionMethodDeps {
  readonly store: RevisionedStore
  readonly space: KeySpace
  readonly agents: AgentDirectory
  readonly models: Catalogue
  readonly summaries: Summaries
  /** Size of the default model's context window now; null = unknown. */
  readonly contextTokens: () => number | null
  readonly stopSession: StopSession
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** `sessions.*`, in the order they are advertised. */
export function sessionMethods(deps: SessionMethodDeps): readonly MethodRow[] {
  const { store, space, agents, stopSession, clock } = deps
  const listing = new ListSessions(store, agents, deps.contextTokens, clock)
  const previewing = new PreviewSessions(store, space, clock, deps.log)
  const patching = new PatchSession(store, space, agents, deps.models, deps)
  const resetting = new ResetSession(store, space, stopSession, deps)
  const deleting = new DeleteSession(store, space, agents, stopSession, deps)
  const compacting = new CompactSession(store, space, deps, deps.summaries)
  const resolving = new ResolveSession(store, space)
  return [
    method('sessions.list', sessionsListParams, (params) => listing.list(params)),
    method('sessions.preview', sessionsPreviewParams, (params) => previewing.preview(params)),
    method('sessions.patch', sessionsPatchParams, (params, call) => patching.patch(params, call.client)),
    patient(method('sessions.reset', sessionsResetParams, (params) => resetting.reset(params))),
    patient(method('sessions.delete', sessionsDeleteParams, (params, call) => deleting.delete(params, call.client))),
    patient(method('sessions.compact', sessionsCompactParams, (params) => compacting.compact(params))),
    unadvertised(method('sessions.resolve', sessionsResolveParams, (params) => resolving.resolve(params))),
  ]
}
