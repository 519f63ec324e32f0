import assert from 'node:assert/strict'
import type { ResponseStore } from '../../src/application/ports/response-store.js'
import type { StoredResponse } from '../../src/domain/openai/stored-response.js'

export interface ResponseStoreRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

export interface ResponseStoreHarness {
  readonly name: string
  /** An empty store, ready for use. */
  create(): Promise<{ store: ResponseStore; dispose(): Promise<void> }>
}

/** Holds an adapter to what the port promises about responses that are kept. */
export function responseStoreContract(runner: ResponseStoreRunner, harness: ResponseStoreHarness): void {
  const within = async (body: (store: ResponseStore) => Promise<void>) => {
    const { store, dispose } = await harness.create()
    try {
      await body(store)
    } finally {
      await dispose()
    }
  }

  runner.describe(`response store: ${harness.name}`, () => {
    runner.it('A1 a response that was put is read back whole; an unknown one is null', () =>
      within(async (store) => {
        const response = sampleResponse('resp_1', { standing: ' \0 ü € 👩‍👩‍👧 "quoted" \u2028 ' })
        await store.put(response)
        assert.deepEqual(await store.get('resp_1', 0), response, 'A1: nothing is lost or changed')
        assert.equal(await store.get('resp_2', 0), null, 'A1: an unknown id is null')
        assert.equal(await store.get('RESP_1', 0), null, 'A1: ids are told apart by case')
        assert.equal(await store.get('', 0), null, 'A1: an empty id is null')
      }),
    )

    runner.it('A2 putting replaces everything the id had', () =>
      within(async (store) => {
        await store.put(sampleResponse('resp_1', { standing: 'before' }))
        await store.put(sampleResponse('resp_1', { agentId: 'work', standing: '' }))
        assert.deepEqual(await store.get('resp_1', 0), sampleResponse('resp_1', { agentId: 'work', standing: '' }))
      }),
    )

    runner.it('A3 what was handed in, and what was read, is no way into the store', () =>
      within(async (store) => {
        const input: Record<string, unknown>[] = [{ type: 'message', content: 'asked' }]
        const putting = store.put(sampleResponse('resp_1', { input }))
        input[0] = { type: 'message', content: 'changed' }
        await putting
        const read = await store.get('resp_1', 0)
        assert.deepEqual(read?.input, [{ type: 'message', content: 'asked' }], 'A3: later changes do not count')
        try {
          Object.assign(read as object, { standing: 'changed' })
        } catch (thrown) {
          assert.ok(thrown instanceof TypeError, 'A3: what is read may be frozen')
        }
        assert.equal((await store.get('resp_1', 0))?.standing, '', 'A3: what was read is a copy, or frozen')
      }),
    )

    runner.it('A4 a response that has expired is not there, swept or not', () =>
      within(async (store) => {
        await store.put(sampleResponse('resp_1', { expiresAt: 1000 }))
        assert.notEqual(await store.get('resp_1', 999), null, 'A4: it is there until then')
        assert.equal(await store.get('resp_1', 1000), null, 'A4: and not from then on')
        assert.equal(await store.delete('resp_1', 1000), false, 'A4: nor can it be deleted')
      }),
    )

    runner.it('A5 deleting takes it away once', () =>
      within(async (store) => {
        await store.put(sampleResponse('resp_1'))
        await store.put(sampleResponse('resp_2'))
        assert.equal(await store.delete('resp_1', 0), true, 'A5: it was there')
        assert.equal(await store.delete('resp_1', 0), false, 'A5: it is not there any more')
        assert.equal(await store.delete('resp_3', 0), false, 'A5: it never was')
        assert.equal(await store.get('resp_1', 0), null)
        assert.notEqual(await store.get('resp_2', 0), null, 'A5: others stay')
      }),
    )

    runner.it('A6 a sweep forgets what has expired, however much it is, and nothing else', () =>
      within(async (store) => {
        const count = 250
        for (let index = 0; index < count; index += 1) {
          await store.put(sampleResponse(`resp_old_${index}`, { expiresAt: 500 + index }))
        }
        await store.put(sampleResponse('resp_new', { expiresAt: 5000 }))
        assert.equal(await store.expire(1000), count, 'A6: it tells how many those were')
        assert.equal(await store.expire(1000), 0, 'A6: and they are gone')
        assert.equal(await store.get('resp_old_249', 0), null)
        assert.notEqual(await store.get('resp_new', 1000), null, 'A6: what has not expired stays')
      }),
    )
  })
}

export function sampleResponse(id: string, changes: Partial<StoredResponse> = {}): StoredResponse {
  return {
    id,
    agentId: 'main',
    sessionKey: 'agent:main:openresponses:1',
    sessionId: 's',
    entryId: 'e',
    createdAt: 10,
    expiresAt: 1_000_000,
    body: {
      id,
      object: 'response',
      created_at: 1,
      background: false,
      model: 'mayros',
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: { key: 'value' },
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      service_tier: 'default',
      store: true,
      temperature: 0.5,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: null,
      truncation: 'disabled',
      user: null,
      status: 'completed',
      completed_at: 2,
      error: null,
      incomplete_details: null,
      output: [],
      usage: null,
    },
    input: [],
    standing: '',
    ...changes,
  }
}
