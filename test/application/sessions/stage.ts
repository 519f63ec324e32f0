import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { MemorySessionStore } from '../../../src/adapters/store-memory/memory-session-store.js'
import type { Call } from '../../../src/application/connection/call.js'
import { MethodTable } from '../../../src/application/method-table.js'
import { historyMethods } from '../../../src/application/methods/history-methods.js'
import { sessionMethods } from '../../../src/application/methods/session-methods.js'
import type { ModelInfo } from '../../../src/application/ports/agent-runner.js'
import type { SessionStore } from '../../../src/application/ports/session-store.js'
import { newSession } from '../../../src/application/sessions/new-session.js'
import { RevisionedStore } from '../../../src/application/sessions/revisioned-store.js'
import { AgentDirectory } from '../../../src/domain/config/agent-directory.js'
import { gatewayConfigSchema } from '../../../src/domain/config/config.js'
import { ModelCatalog } from '../../../src/domain/model/catalog.js'
import { RawJson } from '../../../src/domain/protocol/raw-json.js'
import type { SessionEntry } from '../../../src/domain/session/session-entry.js'
import type { TranscriptMessage } from '../../../src/domain/session/transcript.js'

/** These sessions are cut to a number of lines; nobody is asked for a summary. */
function noSummaries(): never {
  throw new Error('no summaries here')
}

/** Counts what is asked of a store. */
export function counting(store: SessionStore): { readonly store: SessionStore; readonly asked: Map<string, number> } {
  const asked = new Map<string, number>()
  const counted = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        asked.set(String(name), (asked.get(String(name)) ?? 0) + 1)
        return Reflect.apply(value, target, args)
      }
    },
  })
  return { store: counted, asked }
}

/** The session methods over a memory store, called the way a connection calls them. */
export async function stage() {
  const clock = new FakeClock()
  const ids = new SequenceIds()
  const { store: inner, asked } = counting(new MemorySessionStore())
  const store = new RevisionedStore(inner)
  await store.open()
  const agents = new AgentDirectory(
    [
      { id: 'main', isDefault: true, workspace: '/w', model: 'acme/std' },
      { id: 'ops', isDefault: false, workspace: '/w-ops', model: 'acme/big' },
    ],
    { provider: 'echo', model: 'echo' },
  )
  const space = { defaultAgentId: 'main', scope: 'per-sender' } as const
  const catalogue: ModelInfo[] = []
  const published: { event: string; payload: unknown }[] = []
  const stopped: string[] = []
  const scene = { comesToRest: true }
  const shared = { store, space, clock, ids }
  const table = new MethodTable([
    sessionMethods({
      ...shared,
      agents,
      models: () => new ModelCatalog({ config: gatewayConfigSchema().parse({}), known: catalogue }),
      summaries: { history: { compact: noSummaries }, modelOf: () => ({ provider: 'acme', model: 'std' }) },
      contextTokens: () => 200_000,
      stopSession: async (key) => {
        stopped.push(key)
        return scene.comesToRest
      },
      log: new MemoryLog(),
    }),
    historyMethods({
      ...shared,
      defaultThinkingLevel: () => 'off',
      broadcast: { publish: (event, payload) => void published.push({ event, payload }) },
    }),
  ])
  const callFrom = (id: string, mode: string) => ({ client: { identity: { client: { id, mode } } } }) as unknown as Call

  const call = async (name: string, params: unknown, from = callFrom('cli', 'cli')): Promise<any> => {
    const row = table.find(name)
    if (row === undefined) throw new Error(`no method ${name}`)
    const schema = (row.params as (() => { parse(value: unknown): unknown }) | undefined)?.()
    const answer = await row.run(schema?.parse(params) as never, from)
    return JSON.parse(answer instanceof RawJson ? answer.text : JSON.stringify(answer))
  }

  const put = async (key: string, extra: Partial<SessionEntry> = {}): Promise<SessionEntry> => {
    const agentId = key.split(':')[1] ?? 'main'
    const entry = { ...newSession(key, { agentId, sessionId: ids.uuid(), now: clock.now() }), ...extra }
    await store.commit([{ kind: 'session.put', entry }])
    return entry
  }
  const say = async (sessionId: string, ...messages: TranscriptMessage[]): Promise<void> => {
    const entries = messages.map((message) => ({ id: ids.uuid(), message }))
    await store.commit([{ kind: 'transcript.append', sessionId, entries }])
  }
  return { asked, call, callFrom, catalogue, clock, put, published, say, scene, stopped, store, table }
}

export type Stage = Awaited<ReturnType<typeof stage>>

export function words(role: 'user' | 'assistant', text: string, timestamp = 1): TranscriptMessage {
  return { role, content: [{ type: 'text', text }], timestamp }
}
