import { describe, expect, it } from 'vitest'
import { MemoryChannel } from '../../src/adapters/channel-memory/memory-channel.js'
import { FakeClock } from '../../src/adapters/clock-fake/fake-clock.js'
import { step } from '../../src/adapters/runner-scripted/script-step.js'
import { ScriptedRunner } from '../../src/adapters/runner-scripted/scripted-runner.js'
import { MemorySessionStore } from '../../src/adapters/store-memory/memory-session-store.js'
import type { RunnerPart, RunnerRequest } from '../../src/application/ports/agent-runner.js'
import type { ChannelReceiver } from '../../src/application/ports/channel.js'
import type { StoreChange } from '../../src/application/ports/session-store.js'
import { agentRunnerContract } from '../contracts/agent-runner.contract.js'
import { type ChannelSituation, channelContract } from '../contracts/channel.contract.js'
import { sessionStoreContract } from '../contracts/session-store.contract.js'

describe('the session store contract finds out a store that', () => {
  class Forgetful extends MemorySessionStore {
    override async commit(changes: readonly StoreChange[]): Promise<void> {
      await super.commit(changes.filter(({ kind }) => kind !== 'session.delete'))
    }
  }
  class HalfWay extends MemorySessionStore {
    override async commit(changes: readonly StoreChange[]): Promise<void> {
      for (const change of changes) await super.commit([change])
    }
  }
  class Unsorted extends MemorySessionStore {
    override async list(query: Parameters<MemorySessionStore['list']>[0]) {
      return [...(await super.list(query))].reverse()
    }
  }
  class AlwaysOpen extends MemorySessionStore {
    override async count(): Promise<number> {
      return 0
    }
  }

  it.concurrent.each([
    ['keeps what was deleted', 'S8', Forgetful],
    ['commits half-way', 'C1', HalfWay],
    ['lists in another order', 'L1', Unsorted],
    ['answers before it is open', 'O1', AlwaysOpen],
  ] as const)('%s (%s)', async (_, id, Store) => {
    const finding = sessionStoreContract.prove(id, { name: 'broken', create: async () => new Store() })
    await expect(finding).rejects.toThrow(
      `broken breaks guarantee ${id}: ${sessionStoreContract.guarantees[id]?.promise}`,
    )
  })
})

describe('the channel contract finds out a channel that', () => {
  class Throwing extends MemoryChannel {
    override async start(): Promise<void> {
      throw new Error('cannot connect')
    }
  }
  class Waiting extends MemoryChannel {
    override start(receiver: ChannelReceiver): Promise<void> {
      return this.status().configured ? super.start(receiver) : new Promise(() => undefined)
    }
  }
  class Undead extends MemoryChannel {
    override async stop(): Promise<void> {
      await Promise.resolve()
    }
  }
  class Chatty extends MemoryChannel {
    override status() {
      return { ...super.status(), lastError: 'login with hunter2 failed' }
    }
  }
  class Stubborn extends MemoryChannel {
    override probe() {
      return super.probe(AbortSignal.timeout(60_000))
    }
  }

  it.concurrent.each([
    ['throws when its network refuses', 'N6', Throwing],
    ['never comes back from start', 'N7', Waiting],
    ['lives on after stop', 'N12', Undead],
    ['shows a credential', 'N8', Chatty],
    ['goes on probing after the abort', 'N11', Stubborn],
  ] as const)('%s (%s)', { timeout: 30_000 }, async (_, id, Kind) => {
    const finding = channelContract.prove(id, {
      name: 'broken',
      secrets: ['hunter2'],
      create: async (mood: ChannelSituation, accountId: string) => ({
        channel: new Kind({ mood, accountId }),
        isIdle: () => true,
        dispose: async () => undefined,
      }),
    })
    await expect(finding).rejects.toThrow(`broken breaks guarantee ${id}: ${channelContract.guarantees[id]?.promise}`)
  })
})

describe('the agent runner contract finds out a runner that', () => {
  class Eager extends ScriptedRunner {
    override answer(request: RunnerRequest, signal: AbortSignal) {
      this.requests.push(request)
      return super.answer(request, signal)
    }
  }
  class Twice extends ScriptedRunner {
    override async *answer(request: RunnerRequest, signal: AbortSignal): AsyncGenerator<RunnerPart> {
      for await (const part of super.answer(request, signal)) {
        yield part
        if (part.type === 'finish') yield part
      }
    }
  }
  class Untyped extends ScriptedRunner {
    override async *answer(): AsyncGenerator<RunnerPart> {
      yield { type: 'text', delta: 'so far' }
      throw new TypeError('fetch failed')
    }
  }

  it.concurrent.each([
    ['begins before it is asked', 'A2', Eager],
    ['finishes twice', 'A1', Twice],
    ['fails without a type', 'A6', Untyped],
  ] as const)('%s (%s)', async (_, id, Runner) => {
    const finding = agentRunnerContract.prove(id, {
      name: 'broken',
      create: async () => {
        const runner = new Runner(new FakeClock())
        runner.otherwise(({ message }) => (message ?? '').split(' ').map((word) => step.text(`${word} `)))
        return {
          runner,
          saying: (words) => asked(words.join(' ')),
          silent: () => asked('silent'),
          endless: () => asked('endless'),
          failing: () => ({ request: asked('fail'), code: 'overloaded' }),
          calling: () => asked('call'),
          isIdle: () => runner.underWay === 0,
          begun: () => runner.requests.length,
          stop: async () => undefined,
        }
      },
    })
    await expect(finding).rejects.toThrow(
      `broken breaks guarantee ${id}: ${agentRunnerContract.guarantees[id]?.promise}`,
    )
  })
})

function asked(message: string): RunnerRequest {
  return {
    runId: 'run-1',
    agentId: 'main',
    sessionKey: 'agent:main:main',
    model: { provider: 'test', model: 'script' },
    workspace: '/nowhere',
    history: [],
    message,
  }
}
