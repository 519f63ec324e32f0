import { framedContent } from '../../domain/hooks/framed-content.js'
import type { WakeOrder } from '../../domain/hooks/hook-order.js'
import { cleanMessage } from '../../domain/run/message-text.js'
import { type KeySpace, mainSessionKey } from '../../domain/session/session-key.js'
import type { Heartbeats } from '../heartbeat/heartbeats.js'
import type { SystemEvents } from '../heartbeat/system-events.js'
import type { Ids } from '../ports/ids.js'
import type { HookAnswer } from './hook-request.js'

export interface WakeHookParts {
  readonly systemEvents: Pick<SystemEvents, 'queue'>
  readonly heartbeats: Pick<Heartbeats, 'beat'>
  readonly keySpace: KeySpace
  readonly ids: Pick<Ids, 'token'>
}

/** Length of the word that ends a frame, in random bytes. */
const WORD_BYTES = 9

/** Tells the main session what a webhook says, now or with its next turn. */
export class WakeHook {
  readonly #parts: WakeHookParts

  constructor(parts: WakeHookParts) {
    this.#parts = parts
  }

  /** @param source who says it; null = the operator vouches for it, and it goes to the model as it is */
  async wake({ text, mode }: WakeOrder, source: string | null): Promise<HookAnswer> {
    const { systemEvents, heartbeats, keySpace, ids } = this.#parts
    const said = cleanMessage(text)
    const words = source === null ? said : framedContent(said, source, ids.token(WORD_BYTES))
    const isKept = await systemEvents.queue(mainSessionKey(keySpace.defaultAgentId, keySpace), words)
    if (!isKept) return { kind: 'unavailable', error: 'the event could not be saved' }
    if (mode === 'now') void heartbeats.beat()
    return { kind: 'woken', mode }
  }
}
