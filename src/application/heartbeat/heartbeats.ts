import { messageOf } from '../../domain/failure.js'
import { RawJson } from '../../domain/protocol/raw-json.js'
import type { Broadcast } from '../connection/broadcast.js'
import type { Clock } from '../ports/clock.js'
import type { Ids } from '../ports/ids.js'
import type { Log } from '../ports/log.js'
import type { RunDesk } from '../runs/run-desk.js'

const PROMPT =
  'Look at the system events above and do what they ask for. If nothing needs attention, answer HEARTBEAT_OK.'
const NOTHING_TO_SAY = 'HEARTBEAT_OK'
const PREVIEW_CHARS = 200

/** Turns that nobody asked for with a message: a wake-up lets the agent look at what happened. */
export class Heartbeats {
  readonly #desk: RunDesk
  readonly #broadcast: Broadcast
  readonly #mainSession: { readonly key: string; readonly agentId: string }
  readonly #tools: { readonly clock: Clock; readonly ids: Ids; readonly log: Log }
  #last = new RawJson('null')
  #isEnabled = true

  constructor(
    desk: RunDesk,
    broadcast: Broadcast,
    mainSession: { readonly key: string; readonly agentId: string },
    tools: { readonly clock: Clock; readonly ids: Ids; readonly log: Log },
  ) {
    this.#desk = desk
    this.#broadcast = broadcast
    this.#mainSession = mainSession
    this.#tools = tools
  }

  /** Outcome of the last heartbeat, or `null`. */
  get last(): RawJson {
    return this.#last
  }

  get isEnabled(): boolean {
    return this.#isEnabled
  }

  enable(isEnabled: boolean): void {
    this.#isEnabled = isEnabled
  }

  /** Lets the main session take a turn; the outcome is told as an event. */
  beat(): void {
    if (!this.#isEnabled) {
      this.#tell({ status: 'skipped', reason: 'disabled' })
      return
    }
    this.#turn().catch((thrown) => {
      this.#tools.log.warn('heartbeat failed', { error: messageOf(thrown) })
      this.#tell({ status: 'failed', reason: messageOf(thrown) })
    })
  }

  async #turn(): Promise<void> {
    const { clock, ids } = this.#tools
    const startedAt = clock.monotonic()
    const acceptance = await this.#desk.accept(
      {
        runId: `heartbeat-${ids.uuid()}`,
        method: 'agent',
        sessionKey: this.#mainSession.key,
        agentId: this.#mainSession.agentId,
        request: { message: PROMPT, provenance: { kind: 'internal_system' } },
      },
      null,
    )
    const final = acceptance.kind === 'ended' ? acceptance.final : await acceptance.run.ended
    const durationMs = Math.round(clock.monotonic() - startedAt)
    const text = final.outcome?.text ?? ''
    if (final.state !== 'ok') this.#tell({ status: 'failed', reason: final.error ?? final.state, durationMs })
    else if (text === '') this.#tell({ status: 'ok-empty', durationMs })
    else if (text.includes(NOTHING_TO_SAY)) this.#tell({ status: 'ok-token', durationMs, silent: true })
    else this.#tell({ status: 'sent', preview: text.slice(0, PREVIEW_CHARS), durationMs })
  }

  #tell(outcome: object): void {
    this.#last = new RawJson(JSON.stringify({ ts: this.#tools.clock.now(), ...outcome }))
    this.#broadcast.publish('heartbeat', this.#last)
  }
}
