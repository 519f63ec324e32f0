import { chatHistoryParams, chatInjectParams, chatPictureParams } from '../../domain/protocol/methods/runs.js'
import type { KeySpace } from '../../domain/session/session-key.js'
import type { Broadcast } from '../connection/broadcast.js'
import { type MethodRow, method, unadvertised } from '../method-table.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import { InjectMessage } from '../sessions/inject-message.js'
import { ReadHistory } from '../sessions/read-history.js'
import { ReadPicture } from '../sessions/read-picture.js'
import type { RevisionedStore } from '../sessions/revisioned-store.js'

export interface HistoryMethodDeps {
  readonly store: RevisionedStore
  readonly space: KeySpace
  readonly broadcast: Pick<Broadcast, 'publish'>
  readonly clock: Clock
  readonly ids: Ids
  /** Thinking level that sessions have now which have none of their own. */
  readonly defaultThinkingLevel: () => string
}

/** Reading and writing the past of a conversation. */
export function historyMethods(deps: HistoryMethodDeps): readonly MethodRow[] {
  const { store, space, broadcast } = deps
  const reading = new ReadHistory(store, space, deps.defaultThinkingLevel)
  const picturing = new ReadPicture(store, space)
  const injecting = new InjectMessage(store, space, broadcast, deps)
  return [
    method('chat.history', chatHistoryParams, (params) => reading.history(params)),
    unadvertised(method('chat.picture', chatPictureParams, (params) => picturing.picture(params))),
    unadvertised(method('chat.inject', chatInjectParams, (params) => injecting.inject(params))),
  ]
}
