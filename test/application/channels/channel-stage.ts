import { MemoryChannel, type MemoryChannelOptions } from '../../../src/adapters/channel-memory/memory-channel.js'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import type { AgentRunner } from '../../../src/application/ports/agent-runner.js'
import type { SessionStore } from '../../../src/application/ports/session-store.js'
import { type Module, tokens } from '../../../src/bootstrap/index.js'
import { GatewayStage, LastingStore } from '../../doubles/gateway-stage.js'

/** Answers at once with what it was asked, without what was put in front of it. */
export const echo: AgentRunner = {
  models: () => [{ id: 'script', name: 'Script', provider: 'test' }],
  async *answer(request) {
    yield { type: 'text', delta: `You said: ${wordsOf(request.message ?? '')}` }
    yield { type: 'finish', stopReason: 'stop', provider: 'test', model: 'script' }
  },
}

/** The words of a question, behind the blocks about it. */
export function wordsOf(question: string): string {
  return question.replace(/^[A-Z][A-Za-z ]+ \(untrusted[^)\n]*\):\n```json\n.*\n```\n/gmu, '')
}

interface ChannelStageOptions {
  readonly config?: object
  readonly channel?: MemoryChannelOptions
  readonly runner?: AgentRunner
  readonly store?: SessionStore
  readonly clock?: FakeClock
  readonly senders?: MemoryDocument
  readonly modules?: readonly Module[]
  /** Called for each account that is made, in order; absent = a MemoryChannel of that account. */
  readonly make?: (accountId: string) => MemoryChannel
}

/** A gateway of memory adapters with one chat network, `irc`, that exists in memory as well. */
export class ChannelStage {
  readonly clock: FakeClock
  readonly stage: GatewayStage
  readonly store: SessionStore
  readonly senders: MemoryDocument
  /** Every account that was made, the newest last. */
  readonly made: MemoryChannel[] = []

  constructor(options: ChannelStageOptions = {}) {
    this.clock = options.clock ?? new FakeClock()
    this.store = options.store ?? new LastingStore()
    this.senders = options.senders ?? new MemoryDocument()
    const module: Module = (bindings) => {
      bindings.constant(tokens.senderDocument, this.senders)
      bindings.constant(tokens.channelLoaders, {
        irc: async () => (account) => {
          const { accountId } = account
          const channel = options.make?.(accountId) ?? new MemoryChannel({ id: 'irc', accountId, ...options.channel })
          this.made.push(channel)
          return channel
        },
      })
    }
    this.stage = new GatewayStage({
      clock: this.clock,
      store: this.store,
      config: options.config ?? { channels: { irc: { dmPolicy: 'open', allowFrom: ['*'] } } },
      modules: [module, ...(options.modules ?? [])],
      ...(options.runner === undefined ? {} : { runner: options.runner }),
    })
  }

  static async open(options: ChannelStageOptions = {}): Promise<ChannelStage> {
    const stage = new ChannelStage({ runner: echo, ...options })
    await stage.stage.gateway.start()
    await stage.settle()
    return stage
  }

  /** The account that was made last. */
  get channel(): MemoryChannel {
    const channel = this.made.at(-1)
    if (channel === undefined) throw new Error('no account was made')
    return channel
  }

  get texts(): readonly string[] {
    return this.channel.room.texts
  }

  /** Why messages were not answered, each with how often. */
  get drops(): object {
    const { id, accountId } = this.channel
    return this.stage.gateway.get(tokens.accountLedger).trafficOf(id, accountId).drops
  }

  /** Lets everything happen that needs no time; much of it goes through several turns of the event loop. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn += 1) await this.stage.settle()
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms)
    await this.settle()
  }

  close(): Promise<void> {
    return this.stage.close()
  }
}
