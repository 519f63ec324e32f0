import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { LibsqlSessionStore } from '../../../src/adapters/store-libsql/libsql-session-store.js'
import type { SessionStore } from '../../../src/application/ports/session-store.js'
import { type Module, tokens } from '../../../src/bootstrap/index.js'
import { hasEnded } from '../../../src/domain/run/run.js'
import { textOf } from '../../../src/domain/session/transcript.js'
import { GatewayStage, LastingStore } from '../../doubles/gateway-stage.js'
import type { MemoryProtocolClient } from '../../doubles/memory-protocol-client.js'
import { MortalStore } from '../../doubles/mortal-store.js'
import type { Puppet } from '../../doubles/puppet-runner.js'

type Step =
  | { readonly do: 'chat' | 'agent'; readonly session: string }
  | { readonly do: 'finish' | 'fail' | 'step' | 'abort'; readonly which: number }
  | { readonly do: 'stop'; readonly session: string }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'die'; readonly after: number }

const SESSIONS = ['a', 'b'] as const
const session = fc.constantFrom(...SESSIONS)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('chat' as const), session }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('agent' as const), session }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('finish' as const, 'fail', 'step', 'abort'), which: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), session }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(250, 500, 2_500) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('die' as const), after: fc.nat(4) }) },
)

const queue = fc.record({
  mode: fc.constantFrom('collect', 'followup', 'steer', 'steer-backlog', 'interrupt'),
  debounceMs: fc.constantFrom(0, 500),
  cap: fc.constantFrom(1, 2, 20),
  drop: fc.constantFrom('old', 'new', 'summarize'),
})

/** A gateway that dies and comes back over one store, and everything that was ever said to it. */
class Life {
  readonly #store: SessionStore
  readonly #config: object
  /** Run ids by session, in the order of sending. */
  readonly sent = new Map<string, string[]>(SESSIONS.map((name) => [name, []]))
  #mortal!: MortalStore
  #stage!: GatewayStage
  #client!: MemoryProtocolClient
  #done = new Set<Puppet>()
  #nr = 0
  /** One for all lives, since ids must not come twice. */
  readonly #ids = new SequenceIds()

  constructor(store: SessionStore, settings: object) {
    this.#store = store
    this.#config = { messages: { queue: settings }, agents: { defaults: { maxConcurrent: 1 } } }
  }

  async begin(): Promise<void> {
    this.#mortal = new MortalStore(this.#store)
    const modules: readonly Module[] = [(bindings) => bindings.constant(tokens.ids, this.#ids)]
    this.#stage = await GatewayStage.open({ store: this.#mortal.asSeen, config: this.#config, modules })
    this.#client = await this.#stage.join()
    this.#done = new Set()
  }

  async do(now: Step): Promise<void> {
    switch (now.do) {
      case 'chat':
      case 'agent':
        this.#send(now.do, now.session)
        break
      case 'pass':
        await this.#stage.clock.advance(now.ms)
        break
      case 'die':
        this.#mortal.dieAfter(now.after)
        break
      case 'stop':
        this.#client.send('chat.abort', { sessionKey: now.session })
        break
      case 'abort': {
        const [name, runId] = this.#everySent().at(-1 - now.which) ?? []
        if (runId !== undefined) this.#client.send('chat.abort', { sessionKey: name, runId })
        break
      }
      default:
        this.#play(now.do, now.which)
    }
    await this.#settle()
  }

  /** Nobody dies or asks any more; everything comes to its end. */
  async complete(): Promise<void> {
    for (let round = 0; (await this.#store.unfinishedRuns()).length > 0; round += 1) {
      if (round > 200) throw new Error('runs do not end')
      for (const _ of this.#open()) this.#play('finish', 0)
      await this.#stage.clock.advance(2_500)
      await this.#settle()
    }
    await this.#stage.close()
  }

  /** What a transcript holds of the messages, in its order. */
  async heard(name: string): Promise<readonly string[]> {
    const found = await this.#store.session(`agent:main:${name}`)
    const entries = found === null ? [] : await this.#store.transcript(found.sessionId)
    const asked = entries.filter(({ message }) => message.role === 'user').map(({ message }) => textOf(message))
    return asked.flatMap((text) => text.match(/m\d+;/g) ?? [])
  }

  async #settle(): Promise<void> {
    do await this.#stage.settle()
    while (await this.#mortal.rest())
    this.#requireSingleEnds()
    if (this.#mortal.isDead) await this.begin()
  }

  #send(how: 'chat' | 'agent', name: string): void {
    this.#nr += 1
    const runId = `m${this.#nr};`
    this.sent.get(name)?.push(runId)
    const method = how === 'chat' ? 'chat.send' : 'agent'
    this.#client.send(method, { sessionKey: name, message: runId, idempotencyKey: runId })
  }

  #everySent(): readonly (readonly [string, string])[] {
    const all = [...this.sent].flatMap(([name, ids]) => ids.map((id) => [name, id] as const))
    return all.sort(([, one], [, other]) => Number.parseInt(one.slice(1), 10) - Number.parseInt(other.slice(1), 10))
  }

  #open(): readonly Puppet[] {
    return this.#stage.runner.puppets.filter((puppet) => !this.#done.has(puppet) && !puppet.signal.aborted)
  }

  #play(how: 'finish' | 'fail' | 'step', which: number): void {
    const open = this.#open()
    const puppet = open[which % Math.max(1, open.length)]
    if (puppet === undefined) return
    this.#done.add(puppet)
    if (how === 'finish') puppet.say('answer').finish()
    else if (how === 'fail') puppet.fail(new Error('oops'))
    else {
      puppet.do({ type: 'tool.call', toolCallId: `t${this.#done.size}`, name: 'nothing', args: {} })
      puppet.finish({ stopReason: 'toolUse' })
    }
  }

  #requireSingleEnds(): void {
    const ends = this.#client.events('chat').filter(({ payload }) => payload.state !== 'delta')
    const ids = ends.map(({ payload }) => payload.runId)
    expect(ids).toEqual([...new Set(ids)])
  }
}

async function requireEverythingOnce(store: SessionStore, settings: object, steps: readonly Step[]): Promise<void> {
  const life = new Life(store, settings)
  await life.begin()
  for (const now of steps) await life.do(now)
  await life.complete()
  for (const [name, ids] of life.sent) {
    const expected: string[] = []
    for (const id of ids) {
      const run = await store.run(id)
      if (run === null) continue
      expect(hasEnded(run.state)).toBe(true)
      if (run.mergedInto !== undefined) expect((await store.run(run.mergedInto))?.state).toBe(run.state)
      if (run.error?.startsWith('dropped') !== true) expected.push(id)
    }
    expect(await life.heard(name)).toEqual(expected)
  }
}

describe('whatever people send and take back, and whenever the process dies', () => {
  it('a transcript has every accepted message once, in order, and every run one end', async () => {
    await fc.assert(
      fc.asyncProperty(queue, fc.array(step, { minLength: 5, maxLength: 40 }), async (settings, steps) => {
        const store = new LastingStore()
        await store.open()
        await requireEverythingOnce(store, settings, steps)
      }),
      { numRuns: 100 },
    )
  }, 120_000)

  it('that holds for the store on disk too', async () => {
    await fc.assert(
      fc.asyncProperty(queue, fc.array(step, { minLength: 5, maxLength: 25 }), async (settings, steps) => {
        const folder = await mkdtemp(join(tmpdir(), 'mayros-queue-'))
        const store = new LibsqlSessionStore(join(folder, 'mayros.db'))
        try {
          await store.open()
          await requireEverythingOnce(store, settings, steps)
        } finally {
          await store.close()
          await rm(folder, { recursive: true })
        }
      }),
      { numRuns: 8 },
    )
  }, 120_000)
})
