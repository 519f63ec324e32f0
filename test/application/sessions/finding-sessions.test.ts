import { describe, expect, it } from 'vitest'
import { MethodTable } from '../../../src/application/method-table.js'
import { stage, words } from './stage.js'

describe('sessions.resolve', () => {
  it('finds a session by any spelling of its key, by id and by label', async () => {
    const { call, put } = await stage()
    await put('agent:main:a', { sessionId: 'id-1', label: 'Tea' })
    for (const params of [{ key: 'A' }, { key: 'agent:main:a' }, { sessionId: 'id-1' }, { label: 'Tea' }]) {
      expect(await call('sessions.resolve', params)).toEqual({ ok: true, key: 'agent:main:a' })
    }
  })

  it.each([
    [{}, 'Either key, sessionId, or label is required'],
    [{ key: ' ' }, 'Either key, sessionId, or label is required'],
    [{ key: 'a', label: 'b' }, 'Provide either key, sessionId, or label (not multiple)'],
    [{ key: 'Nope' }, 'No session found: Nope'],
    [{ sessionId: 'id' }, 'No session found: id'],
    [{ label: 'Tea' }, 'No session found with label: Tea'],
    [{ label: 'Milk', agentId: 'ops' }, 'No session found with label: Milk'],
    [{ sessionId: 'twice' }, 'Multiple sessions found with sessionId: twice (agent:main:x, agent:main:y)'],
  ])('refuses %j', async (params, message) => {
    const { call, put } = await stage()
    await put('agent:main:x', { sessionId: 'twice' })
    await put('agent:main:y', { sessionId: 'twice' })
    await put('agent:main:z', { sessionId: 'id-and-more', label: 'Milk' })
    await expect(call('sessions.resolve', params)).rejects.toMatchObject({ code: 'INVALID_REQUEST', message })
  })
})

describe('sessions.preview', () => {
  it('shows the last things said, with the keys as they were given', async () => {
    const { call, put, say, clock } = await stage()
    const { sessionId } = await put('agent:main:a')
    await put('agent:main:b')
    await say(
      sessionId,
      words('user', 'one'),
      words('assistant', ''),
      words('assistant', 'x'.repeat(30)),
      words('user', 'three'),
    )
    const answer = await call('sessions.preview', { keys: ['A', 'b', 'nobody'], limit: 2, maxChars: 20 })
    expect(answer).toEqual({
      ts: clock.now(),
      previews: [
        {
          key: 'A',
          status: 'ok',
          items: [
            { role: 'assistant', text: `${'x'.repeat(17)}...` },
            { role: 'user', text: 'three' },
          ],
        },
        { key: 'b', status: 'empty', items: [] },
        { key: 'nobody', status: 'missing', items: [] },
      ],
    })
  })

  it('answers for the first 64 keys, and tells of the one that cannot be read', async () => {
    const { call, put, store } = await stage()
    await put('agent:main:bad')
    store.transcript = () => Promise.reject(new Error('broken row'))
    const keys = ['bad', ...Array.from({ length: 70 }, (_, at) => `k${at}`)]
    const { previews } = await call('sessions.preview', { keys })
    expect(previews).toHaveLength(64)
    expect(previews[0]).toEqual({ key: 'bad', status: 'error', items: [] })
  })
})

describe('session and history methods', () => {
  it('are advertised in the order of the protocol', async () => {
    const { table } = await stage()
    expect(table).toBeInstanceOf(MethodTable)
    expect(table.advertised).toEqual([
      'sessions.list',
      'sessions.preview',
      'sessions.patch',
      'sessions.reset',
      'sessions.delete',
      'sessions.compact',
      'chat.history',
    ])
    expect(table.rows.map((row) => row.name)).toEqual(expect.arrayContaining(['sessions.resolve', 'chat.inject']))
  })
})
