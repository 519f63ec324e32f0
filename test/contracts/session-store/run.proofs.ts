import assert from 'node:assert/strict'
import { assertRefused } from './refusals.js'
import { AWKWARD_TEXT, sampleRun, sampleSession } from './samples.js'
import type { Prove } from './session-store-harness.js'

/** R: the ledger of runs. */
export function runProofs(prove: Prove): void {
  prove('R1', async (store) => {
    const run = sampleRun('r', {
      sessionKey: null,
      request: {
        message: AWKWARD_TEXT,
        attachments: [{ mimeType: 'image/png', data: 'A'.repeat(100_000) }],
        timeoutMs: 0,
        deliver: false,
        provenance: { kind: 'external_user' },
      },
    })
    await store.commit([{ kind: 'run.accept', run }])
    assert.deepEqual(await store.run('r'), run)
    assert.equal(await store.run('nobody'), null)
  })

  prove('R2', async (store) => {
    await store.commit([{ kind: 'run.accept', run: sampleRun('r') }])
    const again = store.commit([
      { kind: 'session.put', entry: sampleSession('agent:main:a') },
      { kind: 'run.accept', run: sampleRun('r', { acceptedAt: 9 }) },
    ])
    await assertRefused(again, 'run-exists', 'accepting run "r" again')
    assert.equal((await store.run('r'))?.acceptedAt, 1_000)
    assert.equal(await store.session('agent:main:a'), null)
  })

  prove('R3', async (store) => {
    const run = sampleRun('r')
    const outcome = { text: AWKWARD_TEXT, sessionId: 's', usage: { input: 1, output: 2, total: 3 } }
    await store.commit([{ kind: 'run.accept', run }])
    await store.commit([{ kind: 'run.start', runId: 'r', startedAt: 2_000 }])
    assert.deepEqual(await store.run('r'), { ...run, state: 'running', startedAt: 2_000 })
    await store.commit([{ kind: 'run.finish', runId: 'r', state: 'ok', endedAt: 3_000, outcome }])
    assert.deepEqual(await store.run('r'), { ...run, state: 'ok', startedAt: 2_000, endedAt: 3_000, outcome })
  })

  prove('R4', async (store) => {
    await store.commit([{ kind: 'run.accept', run: sampleRun('r') }])
    await store.commit([{ kind: 'run.finish', runId: 'r', state: 'aborted', endedAt: 2_000 }])
    const ended = await store.run('r')
    await store.commit([
      { kind: 'run.start', runId: 'r', startedAt: 3_000 },
      { kind: 'run.finish', runId: 'r', state: 'error', endedAt: 4_000, error: 'late' },
      { kind: 'run.start', runId: 'nobody', startedAt: 3_000 },
      { kind: 'run.finish', runId: 'nobody', state: 'ok', endedAt: 4_000 },
    ])
    assert.deepEqual(await store.run('r'), ended)
    assert.deepEqual(ended, sampleRun('r', { state: 'aborted', endedAt: 2_000 }))
    assert.equal(await store.run('nobody'), null)
  })

  prove('R5', async (store) => {
    await store.commit([{ kind: 'run.accept', run: sampleRun('r') }])
    await store.commit([{ kind: 'run.start', runId: 'r', startedAt: 2_000 }])
    await store.commit([{ kind: 'run.start', runId: 'r', startedAt: 3_000 }])
    assert.equal((await store.run('r'))?.startedAt, 2_000)
  })

  prove('R8', async (store) => {
    await store.commit([
      { kind: 'run.accept', run: sampleRun('first') },
      { kind: 'run.accept', run: sampleRun('second') },
      { kind: 'run.start', runId: 'first', startedAt: 2_000 },
    ])
    await store.commit([{ kind: 'run.requeue', runId: 'first' }])
    assert.deepEqual(await store.run('first'), sampleRun('first', { hasBegun: true }))
    assert.deepEqual(
      (await store.unfinishedRuns()).map(({ runId }) => runId),
      ['first', 'second'],
    )
    await store.commit([
      { kind: 'run.start', runId: 'first', startedAt: 3_000 },
      { kind: 'run.finish', runId: 'first', state: 'ok', endedAt: 4_000 },
      { kind: 'run.requeue', runId: 'first' },
    ])
    assert.equal((await store.run('first'))?.state, 'ok')
  })

  prove('R9', async (store) => {
    const request = { message: 'all of it', attachments: [{ mimeType: 'image/png', data: 'AAAA' }] }
    for (const runId of ['a', 'b', 'c', 'd', 'ended'])
      await store.commit([{ kind: 'run.accept', run: sampleRun(runId) }])
    await store.commit([
      { kind: 'run.finish', runId: 'ended', state: 'ok', endedAt: 1_500 },
      { kind: 'run.merge', runIds: ['a', 'ended', 'nobody'], into: 'b', request },
      { kind: 'run.start', runId: 'a', startedAt: 2_000 },
      { kind: 'run.start', runId: 'b', startedAt: 2_000 },
    ])
    assert.deepEqual(await store.run('a'), sampleRun('a', { mergedInto: 'b' }), 'a merged run does not start')
    const leader = sampleRun('b', { state: 'running', startedAt: 2_000, request, merged: ['a'] })
    assert.deepEqual(await store.run('b'), leader)
    await store.commit([
      { kind: 'run.merge', runIds: ['c', 'a', 'b'], into: 'b' },
      { kind: 'run.merge', runIds: ['d'], into: 'a' },
      { kind: 'run.merge', runIds: ['d'], into: 'ended' },
      { kind: 'run.merge', runIds: ['d'], into: 'nobody' },
    ])
    assert.deepEqual(await store.run('b'), { ...leader, merged: ['a', 'c'] }, 'it is asked what it was')
    assert.deepEqual(await store.run('d'), sampleRun('d'), 'only a run with a turn of its own takes others in')
    assert.deepEqual(
      (await store.unfinishedRuns()).map(({ runId }) => runId),
      ['a', 'b', 'c', 'd'],
    )
    const outcome = { text: AWKWARD_TEXT, sessionId: 's' }
    const spent = { ...outcome, usage: { input: 1, output: 2, total: 3 } }
    await store.commit([
      { kind: 'run.finish', runId: 'c', state: 'aborted', endedAt: 2_500 },
      { kind: 'run.finish', runId: 'b', state: 'error', endedAt: 3_000, error: 'no', outcome: spent },
    ])
    const end = { state: 'error', endedAt: 3_000, error: 'no' } as const
    assert.deepEqual(
      await store.run('a'),
      sampleRun('a', { mergedInto: 'b', ...end, outcome: { ...outcome, mergedInto: 'b' } }),
    )
    assert.deepEqual((await store.run('b'))?.outcome, spent, 'what it took is told with the run that took it')
    assert.equal((await store.run('c'))?.state, 'aborted', 'the first end stands')
    assert.deepEqual(
      (await store.unfinishedRuns()).map(({ runId }) => runId),
      ['d'],
    )
  })

  prove('R10', async (store) => {
    for (const runId of ['a', 'b', 'c', 'd']) await store.commit([{ kind: 'run.accept', run: sampleRun(runId) }])
    await store.commit([
      { kind: 'run.merge', runIds: ['d'], into: 'a' },
      { kind: 'run.start', runId: 'b', startedAt: 2_000 },
      { kind: 'run.withdraw', runId: 'a', endedAt: 3_000, error: 'aborted' },
      { kind: 'run.withdraw', runId: 'b', endedAt: 3_000, error: 'aborted' },
      { kind: 'run.withdraw', runId: 'nobody', endedAt: 3_000, error: 'aborted' },
      { kind: 'run.said', runId: 'c' },
    ])
    const end = { state: 'aborted', endedAt: 3_000, error: 'aborted' } as const
    assert.deepEqual(await store.run('a'), sampleRun('a', { ...end, merged: ['d'], isUnsaid: true }))
    assert.deepEqual(
      await store.run('d'),
      sampleRun('d', { ...end, mergedInto: 'a' }),
      'what is part of it ends with it',
    )
    assert.equal((await store.run('b'))?.state, 'running')
    await store.commit([
      { kind: 'run.start', runId: 'a', startedAt: 4_000 },
      { kind: 'run.finish', runId: 'a', state: 'ok', endedAt: 4_000 },
      { kind: 'run.forget', before: 10_000 },
    ])
    assert.deepEqual(
      (await store.unfinishedRuns()).map(({ runId }) => runId),
      ['a', 'b', 'c'],
    )
    await store.commit([{ kind: 'run.said', runId: 'a' }])
    assert.deepEqual(await store.run('a'), sampleRun('a', { ...end, merged: ['d'] }))
    assert.deepEqual(
      (await store.unfinishedRuns()).map(({ runId }) => runId),
      ['b', 'c'],
    )
    await store.commit([{ kind: 'run.forget', before: 10_000 }])
    assert.equal(await store.run('a'), null)
  })

  prove('R6', async (store) => {
    for (const [runId, acceptedAt] of [
      ['z', 5],
      ['a', 9],
      ['m', 1],
      ['k', 5],
      ['b', 2],
    ] as const) {
      await store.commit([{ kind: 'run.accept', run: sampleRun(runId, { acceptedAt }) }])
    }
    await store.commit([
      { kind: 'run.start', runId: 'm', startedAt: 10 },
      { kind: 'run.start', runId: 'z', startedAt: 11 },
      { kind: 'run.finish', runId: 'a', state: 'interrupted', endedAt: 12, error: 'the gateway stopped' },
    ])
    const unfinished = await store.unfinishedRuns()
    assert.deepEqual(
      unfinished.map(({ runId, state }) => [runId, state]),
      [
        ['z', 'running'],
        ['m', 'running'],
        ['k', 'accepted'],
        ['b', 'accepted'],
      ],
    )
    assert.equal(unfinished[0]?.request.message, 'message of z', 'with what they were asked')
  })

  prove('R7', async (store) => {
    for (const runId of ['old', 'edge', 'new', 'open']) {
      await store.commit([{ kind: 'run.accept', run: sampleRun(runId, { acceptedAt: 1 }) }])
    }
    for (const [runId, endedAt] of [
      ['old', 99],
      ['edge', 100],
      ['new', 101],
    ] as const) {
      await store.commit([{ kind: 'run.finish', runId, state: 'ok', endedAt }])
    }
    await store.commit([{ kind: 'run.forget', before: 100 }])
    assert.equal(await store.run('old'), null)
    for (const runId of ['edge', 'new', 'open']) assert.notEqual(await store.run(runId), null, `${runId} is kept`)
    await store.commit([{ kind: 'run.accept', run: sampleRun('old') }])
    assert.deepEqual(
      (await store.unfinishedRuns()).map(({ runId }) => runId),
      ['open', 'old'],
    )
  })
}
