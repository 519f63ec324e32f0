import { describe, expect, it } from 'vitest'
import { type Stage, stage } from './stage.js'

describe('sessions.patch', () => {
  it('begins a session that nobody has used', async () => {
    const { call, asked, clock } = await stage()
    const answer = await call('sessions.patch', { key: 'Work', label: ' Tea ' })
    expect(answer).toEqual({
      ok: true,
      path: 'memory',
      key: 'agent:main:work',
      entry: {
        key: 'agent:main:work',
        sessionId: expect.any(String),
        agentId: 'main',
        createdAt: clock.now(),
        updatedAt: clock.now(),
        label: 'Tea',
      },
      resolved: { modelProvider: 'acme', model: 'std' },
    })
    expect(asked.get('commit')).toBe(1)
  })

  it('keeps what is absent, sets what is there, clears what is null', async () => {
    const { call, put, asked, clock } = await stage()
    await put('agent:main:a', { label: 'L', thinkingLevel: 'low', updatedAt: 5, lastModel: 'm1', lastProvider: 'p1' })
    await clock.advance(1_000)
    const { entry } = await call('sessions.patch', {
      key: 'a',
      label: null,
      verboseLevel: 'ON',
      reasoningLevel: 'stream',
      responseUsage: 'on',
      elevatedLevel: 'ask',
      execHost: 'node',
      execSecurity: 'allowlist',
      execAsk: 'on-miss',
      execNode: 'n1',
      sendPolicy: 'deny',
      groupActivation: 'always',
    })
    expect(entry).toMatchObject({
      thinkingLevel: 'low',
      updatedAt: 5,
      verboseLevel: 'on',
      reasoningLevel: 'stream',
      responseUsage: 'tokens',
      elevatedLevel: 'ask',
      execHost: 'node',
      execSecurity: 'allowlist',
      execAsk: 'on-miss',
      execNode: 'n1',
      sendPolicy: 'deny',
      groupActivation: 'always',
      model: 'm1',
      modelProvider: 'p1',
    })
    expect(entry).not.toHaveProperty('label')
    expect([asked.get('session'), asked.get('commit')]).toEqual([1, 2])
    const off = await call('sessions.patch', {
      key: 'a',
      reasoningLevel: 'off',
      responseUsage: 'off',
      thinkingLevel: null,
    })
    expect(off.entry).not.toHaveProperty('reasoningLevel')
    expect(off.entry).not.toHaveProperty('responseUsage')
    expect(off.entry).not.toHaveProperty('thinkingLevel')
    await call('sessions.patch', { key: 'a' })
    expect(asked.get('commit')).toBe(3)
  })

  it.each([
    [{ thinkingLevel: 'lots' }, 'invalid thinkingLevel (use off|minimal|low|medium|high|xhigh)'],
    [{ verboseLevel: 'x' }, 'invalid verboseLevel (use "on"|"off")'],
    [{ reasoningLevel: 'x' }, 'invalid reasoningLevel (use "on"|"off"|"stream")'],
    [{ responseUsage: 'x' }, 'invalid responseUsage (use "off"|"tokens"|"full")'],
    [{ elevatedLevel: 'x' }, 'invalid elevatedLevel (use "on"|"off"|"ask"|"full")'],
    [{ execHost: 'x' }, 'invalid execHost (use "sandbox"|"gateway"|"node")'],
    [{ execSecurity: 'x' }, 'invalid execSecurity (use "deny"|"allowlist"|"full")'],
    [{ execAsk: 'x' }, 'invalid execAsk (use "off"|"on-miss"|"always")'],
    [{ execNode: ' ' }, 'invalid execNode: empty'],
    [{ label: ' ' }, 'invalid label: empty'],
    [{ model: ' ' }, 'invalid model: empty'],
    [{ sendPolicy: 'x' }, 'invalid sendPolicy (use "allow"|"deny")'],
    [{ groupActivation: 'x' }, 'invalid groupActivation (use "mention"|"always")'],
    [{ spawnDepth: 1 }, 'spawnDepth is only supported for subagent:* sessions'],
    [{ spawnedBy: 'main' }, 'spawnedBy is only supported for subagent:* sessions'],
    [{ key: ' ' }, 'session key required'],
  ])('refuses %j', async (params, message) => {
    const { call, store } = await stage()
    await expect(call('sessions.patch', { key: 'a', ...params })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message,
    })
    expect(await store.count()).toBe(0)
  })

  it('gives a label to one session only', async () => {
    const { call } = await stage()
    await call('sessions.patch', { key: 'a', label: 'Tea' })
    const taken = call('sessions.patch', { key: 'b', label: 'Tea' })
    await expect(taken).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: 'label already in use: Tea' })
    expect((await call('sessions.patch', { key: 'a', label: 'Tea' })).ok).toBe(true)
  })

  it('writes the parents of a sub-session once', async () => {
    const { call } = await stage()
    const key = 'agent:main:subagent:1'
    await call('sessions.patch', { key, spawnedBy: 'agent:main:main', spawnDepth: 1 })
    expect((await call('sessions.patch', { key, spawnedBy: 'agent:main:main' })).entry.spawnDepth).toBe(1)
    for (const other of [{ spawnedBy: 'agent:ops:main' }, { spawnedBy: null }]) {
      await expect(call('sessions.patch', { key, ...other })).rejects.toThrow('spawnedBy cannot be changed once set')
    }
    await expect(call('sessions.patch', { key, spawnDepth: 2 })).rejects.toThrow(
      'spawnDepth cannot be changed once set',
    )
  })

  describe('model', () => {
    const withCatalogue = (scene: Stage) =>
      scene.catalogue.push(
        { id: 'smart', name: 'Smart One', provider: 'acme', reasoning: true },
        { id: 'lab/tiny', name: 'Tiny', provider: 'router' },
      )

    it.each([
      ['acme/smart', { modelProvider: 'acme', model: 'smart' }],
      ['ACME/Smart', { modelProvider: 'acme', model: 'smart' }],
      ['smart', { modelProvider: 'acme', model: 'smart' }],
      ['smart one', { modelProvider: 'acme', model: 'smart' }],
      ['router/lab/tiny', { modelProvider: 'router', model: 'lab/tiny' }],
      ['lab/tiny', { modelProvider: 'router', model: 'lab/tiny' }],
      ['acme/std', { modelProvider: 'acme', model: 'std' }],
    ])('%s is found in the catalogue', async (model, resolved) => {
      const scene = await stage()
      withCatalogue(scene)
      const answer = await scene.call('sessions.patch', { key: 'a', model })
      expect(answer.resolved).toEqual(resolved)
      expect(answer.entry).toMatchObject({ providerOverride: resolved.modelProvider, modelOverride: resolved.model })
      const cleared = await scene.call('sessions.patch', { key: 'a', model: null })
      expect(cleared.resolved).toEqual({ modelProvider: 'acme', model: 'std' })
      expect(cleared.entry).not.toHaveProperty('modelOverride')
    })

    it('is refused when the catalogue lacks it, and anything goes without a catalogue', async () => {
      const scene = await stage()
      const free = await scene.call('sessions.patch', { key: 'a', model: 'any/thing' })
      expect(free.resolved).toEqual({ modelProvider: 'any', model: 'thing' })
      withCatalogue(scene)
      const refused = scene.call('sessions.patch', { key: 'a', model: 'any/thing' })
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: 'model not allowed: any/thing' })
    })

    it('decides whether xhigh is a level', async () => {
      const scene = await stage()
      withCatalogue(scene)
      const extra = await scene.call('sessions.patch', { key: 'a', model: 'acme/smart', thinkingLevel: 'xhigh' })
      expect(extra.entry.thinkingLevel).toBe('xhigh')
      await expect(
        scene.call('sessions.patch', { key: 'b', model: 'router/lab/tiny', thinkingLevel: 'xhigh' }),
      ).rejects.toThrow('invalid thinkingLevel (use off|minimal|low|medium|high)')
      expect((await scene.call('sessions.patch', { key: 'b', thinkingLevel: 'max' })).entry.thinkingLevel).toBe('high')
    })
  })

  it('is not for web chats', async () => {
    const { call, callFrom } = await stage()
    for (const from of [callFrom('webchat-ui', 'ui'), callFrom('x', 'webchat')]) {
      await expect(call('sessions.patch', { key: 'a', label: 'x' }, from)).rejects.toThrow(
        /^webchat clients cannot patch sessions; use chat\.send/,
      )
    }
  })
})
