import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { MemoryLog } from '../../../src/adapters/log-memory/memory-log.js'
import { NodeSecrets } from '../../../src/adapters/secrets-node/node-secrets.js'
import type { DeviceNews } from '../../../src/application/access/device-occurrences.js'
import { type DeviceClaim, DeviceRegistry } from '../../../src/application/access/device-registry.js'
import { type Document, DocumentFailure } from '../../../src/application/ports/document.js'
import { coversAll } from '../../../src/domain/access/scope-cover.js'
import type { Role } from '../../../src/domain/access/scopes.js'

/** A document that can be told to fail, or to take its time. */
class PuppetDocument implements Document {
  readonly location = '/state/devices.json'
  text: string | null = null
  writes = 0
  isBroken = false
  #gate: Promise<void> | undefined

  /** Writes wait until what is returned is called. */
  hold(): () => void {
    let release: (() => void) | undefined
    this.#gate = new Promise((resolve) => {
      release = resolve
    })
    return () => release?.()
  }

  async read(): Promise<string | null> {
    return this.text
  }

  async write(text: string): Promise<void> {
    this.writes++
    await this.#gate
    if (this.isBroken) throw new DocumentFailure('document-unwritable', 'no space')
    this.text = text
  }
}

class NewsLog implements DeviceNews {
  readonly told: [string, object][] = []
  requested = (pending: object) => void this.told.push(['requested', pending])
  resolved = (resolution: object) => void this.told.push(['resolved', resolution])
  ended = (ending: object) => void this.told.push(['ended', ending])
  issued = (issue: object) => void this.told.push(['issued', issue])

  get names(): readonly string[] {
    return this.told.map(([name]) => name)
  }
}

function claim(scopes: readonly string[], overrides: Partial<DeviceClaim> = {}): DeviceClaim {
  const { deviceId = 'd1' } = overrides
  const client = { id: 'ui', mode: 'ui', displayName: 'Phone' }
  return { deviceId, publicKey: `key of ${deviceId}`, role: 'operator', scopes, client, ...overrides }
}

const ADMIN = new Set(['operator.admin'])
const READ = ['operator.read']
const WRITE = ['operator.write']

describe('the registry of devices', () => {
  let document: PuppetDocument
  let clock: FakeClock
  let news: NewsLog
  let log: MemoryLog
  let ids: SequenceIds
  let registry: DeviceRegistry

  async function open(): Promise<DeviceRegistry> {
    const opened = new DeviceRegistry({ document, clock, log, ids, secrets: new NodeSecrets() }, news)
    await opened.open()
    return opened
  }

  async function pair(wanted: DeviceClaim): Promise<string> {
    const { requestId } = await registry.request(wanted, { isSilent: false })
    await registry.approve(requestId, ADMIN)
    return (await registry.greet(wanted, null)).deviceToken
  }

  beforeEach(async () => {
    document = new PuppetDocument()
    clock = new FakeClock()
    news = new NewsLog()
    log = new MemoryLog()
    ids = new SequenceIds()
    registry = await open()
  })

  it('knows nobody at first, and writes nothing for that', async () => {
    expect(registry.list()).toEqual({ pending: [], paired: [] })
    expect(registry.standing(claim([]))).toBe('not-paired')
    await registry.close()
    expect(document.writes).toBe(0)
  })

  it('lets a device in that was approved, and knows it by its token', async () => {
    const wanted = claim(READ, { remoteIp: '192.0.2.7' })
    const { requestId, isNew } = await registry.request(wanted, { isSilent: false })
    expect(isNew).toBe(true)
    expect(registry.standing(wanted)).toBe('not-paired')
    const { device } = await registry.approve(requestId, ADMIN, { actor: 'operator', connId: 'c1' })
    expect(device).toEqual(registry.find('d1'))
    expect(registry.standing(wanted)).toBe('covered')
    const issued = await registry.greet(wanted, null)
    expect(issued).toEqual({
      deviceToken: expect.stringMatching(/^[\w-]{43}$/),
      role: 'operator',
      scopes: READ,
      issuedAtMs: clock.now(),
    })
    expect(registry.judgeToken(wanted, issued.deviceToken)).toBe('valid')
    expect(registry.judgeToken(claim(WRITE), issued.deviceToken)).toBe('exceeds')
    expect(registry.judgeToken(claim(READ, { deviceId: 'd2' }), issued.deviceToken)).toBe('mismatch')
    for (const wrong of ['', 'x', `${issued.deviceToken}x`, 'x'.repeat(10_000)]) {
      expect(registry.judgeToken(wanted, wrong)).toBe('mismatch')
    }
    expect(news.told).toEqual([
      ['requested', expect.objectContaining({ requestId, deviceId: 'd1', remoteIp: '192.0.2.7', scopes: READ })],
      [
        'resolved',
        {
          requestId,
          deviceId: 'd1',
          decision: 'approved',
          roles: ['operator'],
          scopes: READ,
          ts: clock.now(),
          isSilent: false,
          by: { actor: 'operator', connId: 'c1' },
          remoteIp: '192.0.2.7',
        },
      ],
      ['issued', { deviceId: 'd1', role: 'operator', scopes: READ, clientId: 'ui', remoteIp: '192.0.2.7' }],
    ])
  })

  it('tells a shown token again at once, without writing, and remembers the visit', async () => {
    const token = await pair(claim(READ))
    const { writes } = document
    await clock.advance(1_000)
    const client = { id: 'ui', mode: 'ui', displayName: 'New phone' }
    const greeting = registry.greet(claim([], { client }), token)
    expect(greeting).toEqual({ deviceToken: token, role: 'operator', scopes: READ, issuedAtMs: clock.now() - 1_000 })
    const visited = { displayName: 'New phone', lastSeenAtMs: clock.now(), tokens: [{ lastUsedAtMs: clock.now() }] }
    expect(registry.find('d1')).toMatchObject(visited)
    expect(document.writes).toBe(writes)
    await registry.close()
    expect((await open()).find('d1')).toMatchObject(visited)
  })

  it('gives a fresh token to a device that did not show one, and keeps the last three valid', async () => {
    const tokens = [await pair(claim(READ))]
    for (let count = 1; count < 5; count++) tokens.push((await registry.greet(claim(READ), 'stale')).deviceToken)
    expect(tokens.map((token) => registry.judgeToken(claim(READ), token))).toEqual([
      'mismatch',
      'mismatch',
      'valid',
      'valid',
      'valid',
    ])
  })

  it('keeps hashes, never tokens, and nothing of either in what it lists', async () => {
    const token = await pair(claim(READ))
    const rotated = await registry.rotate('d1', 'operator', undefined, ADMIN)
    const hash = new NodeSecrets().hash(rotated.token)
    expect(document.text).toContain(hash)
    for (const secret of [token, rotated.token]) expect(document.text).not.toContain(secret)
    const shown = JSON.stringify([registry.list(), registry.find('d1'), news.told, log.lines])
    for (const secret of [token, rotated.token, hash]) expect(shown).not.toContain(secret)
  })

  it('refuses to greet who is not covered any more', async () => {
    await pair(claim(READ))
    const late = registry.remove('d1').then(() => undefined)
    await expect(registry.greet(claim(READ), null)).rejects.toMatchObject({
      code: 'NOT_PAIRED',
      message: 'pairing required',
      details: { code: 'PAIRING_REQUIRED', reason: 'not-paired' },
    })
    await late
  })

  describe('that approves without asking', () => {
    it('writes once, tells, and gives a token', async () => {
      const issued = await registry.approveSilently(claim(READ))
      expect(document.writes).toBe(1)
      expect(registry.judgeToken(claim(READ), issued.deviceToken)).toBe('valid')
      expect(news.told[0]).toEqual([
        'resolved',
        expect.objectContaining({ deviceId: 'd1', decision: 'approved', isSilent: true, scopes: READ }),
      ])
      expect(news.names).toEqual(['resolved', 'issued'])
    })

    it('gives the new token what was asked for, and leaves the old ones as they were', async () => {
      const old = await registry.approveSilently(claim(READ))
      const wider = await registry.approveSilently(claim(WRITE))
      expect(registry.judgeToken(claim(WRITE), wider.deviceToken)).toBe('valid')
      expect(registry.judgeToken(claim(WRITE), old.deviceToken)).toBe('exceeds')
      expect(registry.judgeToken(claim(READ), old.deviceToken)).toBe('valid')
    })

    it('never gives another role', async () => {
      await registry.approveSilently(claim(READ))
      const { text } = document
      await expect(registry.approveSilently(claim([], { role: 'node' }))).rejects.toMatchObject({
        code: 'NOT_PAIRED',
        details: { reason: 'role-upgrade' },
      })
      expect(document.text).toBe(text)
    })

    it('settles what was waiting only if that is all', async () => {
      const first = await registry.request(claim(READ), { isSilent: false })
      await registry.approveSilently(claim(READ))
      expect(registry.list().pending).toEqual([])
      expect(news.told.find(([name]) => name === 'resolved')?.[1]).toMatchObject({ requestId: first.requestId })
      const second = await registry.request(claim(['operator.admin']), { isSilent: false })
      await registry.approveSilently(claim(WRITE))
      expect(registry.list().pending.map(({ requestId }) => requestId)).toEqual([second.requestId])
    })
  })

  describe('that is asked to let a device in', () => {
    it('keeps one request for each, which asks for everything; one that grows is told of again', async () => {
      const first = await registry.request(claim(READ), { isSilent: true })
      await clock.advance(200_000)
      const second = await registry.request(claim(WRITE, { role: 'node' }), { isSilent: false })
      await clock.advance(200_000)
      expect(second.isNew).toBe(true)
      await expect(registry.approve(first.requestId, ADMIN)).rejects.toThrow('unknown requestId')
      expect(registry.list().pending).toEqual([
        expect.objectContaining({
          requestId: second.requestId,
          roles: ['operator', 'node'],
          scopes: ['operator.read', 'operator.write'],
        }),
      ])
      expect(registry.list().pending[0]).not.toHaveProperty('silent')
      expect(news.names).toEqual(['requested', 'requested'])
    })

    it('does not write when the same is asked again, but lets it live longer', async () => {
      const { requestId } = await registry.request(claim(READ), { isSilent: false })
      await clock.advance(299_000)
      expect(await registry.request(claim(READ), { isSilent: false })).toEqual({ requestId, isNew: false })
      expect(document.writes).toBe(1)
      await clock.advance(299_000)
      expect((await registry.approve(requestId, ADMIN)).device.deviceId).toBe('d1')
    })

    it('starts anew for another key', async () => {
      const first = await registry.request(claim(WRITE), { isSilent: false })
      const second = await registry.request(claim(READ, { publicKey: 'another' }), { isSilent: false })
      expect(second.isNew).toBe(true)
      await expect(registry.approve(first.requestId, ADMIN)).rejects.toThrow('unknown requestId')
      expect(registry.list().pending).toEqual([expect.objectContaining({ publicKey: 'another', scopes: READ })])
    })

    it('forgets after five minutes, and says of a known device that it is one', async () => {
      const { requestId } = await registry.request(claim(READ), { isSilent: false })
      await clock.advance(300_000)
      expect(registry.list().pending).toEqual([])
      await expect(registry.approve(requestId, ADMIN)).rejects.toThrow('unknown requestId')
      await expect(registry.reject(requestId)).rejects.toThrow('unknown requestId')
      await registry.approveSilently(claim(READ))
      const again = await registry.request(claim(WRITE), { isSilent: false })
      expect(again.isNew).toBe(true)
      expect(registry.list().pending).toEqual([expect.objectContaining({ isRepair: true, scopes: WRITE })])
    })

    it('lets a hundred wait, and those go on', async () => {
      for (let index = 0; index < 100; index++) {
        await registry.request(claim([], { deviceId: `w${index}` }), { isSilent: false })
      }
      await expect(registry.request(claim([]), { isSilent: false })).rejects.toMatchObject({
        code: 'NOT_PAIRED',
        message: 'pairing required: too many devices wait for approval',
        details: { code: 'PAIRING_REQUIRED', reason: 'not-paired' },
      })
      const again = await registry.request(claim([], { deviceId: 'w0' }), { isSilent: false })
      expect(again.isNew).toBe(false)
      await clock.advance(300_000)
      expect((await registry.request(claim([]), { isSilent: false })).isNew).toBe(true)
      expect(registry.list().pending).toHaveLength(1)
    })

    it('takes no scopes without end, not even in small helpings', async () => {
      const many = (from: number, count: number) => Array.from({ length: count }, (_, index) => `s${from + index}`)
      await expect(registry.request(claim(many(0, 65)), { isSilent: false })).rejects.toThrow('too many scopes')
      await expect(registry.approveSilently(claim(['s'.repeat(101)]))).rejects.toThrow('scope too long')
      await registry.request(claim(many(0, 60)), { isSilent: false })
      await expect(registry.request(claim(many(60, 5)), { isSilent: false })).rejects.toThrow('too many scopes')
      await registry.approveSilently(claim(many(0, 60)))
      await expect(registry.approveSilently(claim(many(60, 5)))).rejects.toThrow('too many scopes')
    })

    it('can be told no', async () => {
      const { requestId } = await registry.request(claim(READ), { isSilent: false })
      expect(await registry.reject(requestId)).toEqual({ requestId, deviceId: 'd1' })
      expect(news.told.at(-1)).toEqual(['resolved', expect.objectContaining({ requestId, decision: 'rejected' })])
      expect(registry.standing(claim(READ))).toBe('not-paired')
    })
  })

  describe('whose operators decide', () => {
    it('does not let them give operator scopes away that they do not have', async () => {
      const { requestId } = await registry.request(claim(['operator.pairing', 'operator.write']), { isSilent: false })
      const own = new Set(['operator.pairing', 'operator.read'])
      await expect(registry.approve(requestId, own)).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: 'missing scope: operator.write',
      })
      expect(registry.list().pending).toHaveLength(1)
      await registry.approve(requestId, new Set(['operator.pairing', 'operator.write']))
      await expect(registry.rotate('d1', 'operator', ['operator.write'], own)).rejects.toThrow(
        'missing scope: operator.write',
      )
      expect((await registry.rotate('d1', 'operator', READ, own)).scopes).toEqual(READ)
    })

    it('lets anybody with pairing let a node in, which never makes it an operator', async () => {
      const node = claim(['operator.admin'], { role: 'node' })
      const { requestId } = await registry.request(node, { isSilent: false })
      await registry.approve(requestId, new Set(['operator.pairing']))
      expect(registry.standing(node)).toBe('covered')
      expect(registry.standing(claim([]))).toBe('role-upgrade')
      const upgrade = await registry.request(claim(READ), { isSilent: false })
      await registry.approve(upgrade.requestId, new Set(['operator.pairing', 'operator.read']))
      expect(registry.standing(claim(['operator.admin']))).toBe('scope-upgrade')
    })

    it('lets a device that holds a token use it for what was approved later', async () => {
      const token = await pair(claim(READ))
      expect(registry.judgeToken(claim(WRITE), token)).toBe('exceeds')
      const { requestId } = await registry.request(claim(WRITE), { isSilent: false })
      await registry.approve(requestId, ADMIN)
      expect(registry.judgeToken(claim(WRITE), token)).toBe('valid')
    })

    it('rotates: the old token ends, the new one works', async () => {
      const token = await pair(claim(WRITE))
      await clock.advance(5)
      const rotated = await registry.rotate('d1', 'operator', undefined, ADMIN, { actor: 'operator' })
      expect(rotated).toEqual({
        deviceId: 'd1',
        role: 'operator',
        token: rotated.token,
        scopes: WRITE,
        rotatedAtMs: clock.now(),
      })
      expect([token, rotated.token].map((one) => registry.judgeToken(claim(READ), one))).toEqual(['mismatch', 'valid'])
      expect(news.told.at(-1)).toEqual([
        'ended',
        { deviceId: 'd1', role: 'operator', reason: 'rotated', by: { actor: 'operator' } },
      ])
      for (const [deviceId, role, scopes] of [
        ['d2', 'operator', undefined],
        ['d1', 'node', undefined],
        ['d1', 'king', undefined],
        ['d1', 'operator', ['operator.admin']],
      ] as const) {
        await expect(registry.rotate(deviceId, role, scopes, ADMIN)).rejects.toThrow('unknown deviceId/role')
      }
    })

    it('revokes: no token works until somebody lets the device have another', async () => {
      const token = await pair(claim(READ))
      const revokedAtMs = clock.now()
      expect(await registry.revoke('d1', 'operator')).toEqual({ deviceId: 'd1', role: 'operator', revokedAtMs })
      expect(registry.judgeToken(claim([]), token)).toBe('mismatch')
      expect(registry.find('d1')?.tokens).toEqual([expect.objectContaining({ revokedAtMs })])
      expect(news.told.at(-1)).toEqual(['ended', { deviceId: 'd1', role: 'operator', reason: 'revoked' }])
      for (const [deviceId, role] of [
        ['d2', 'operator'],
        ['d1', 'node'],
        ['d1', 'king'],
      ] as const) {
        await expect(registry.revoke(deviceId, role)).rejects.toThrow('unknown deviceId/role')
      }
      const fresh = await registry.greet(claim(READ), token)
      expect(registry.judgeToken(claim(READ), fresh.deviceToken)).toBe('valid')
    })

    it('removes a device, its tokens and what it waited for', async () => {
      const token = await pair(claim(READ))
      const { requestId } = await registry.request(claim(WRITE), { isSilent: false })
      expect(await registry.remove('d1')).toEqual({ deviceId: 'd1' })
      expect(registry.list()).toEqual({ pending: [], paired: [] })
      expect(registry.judgeToken(claim([]), token)).toBe('mismatch')
      expect(news.told.slice(-2)).toEqual([
        ['ended', { deviceId: 'd1', role: null, reason: 'removed' }],
        ['resolved', expect.objectContaining({ requestId, decision: 'rejected' })],
      ])
      await expect(registry.remove('d1')).rejects.toThrow('unknown deviceId')
    })
  })

  it('lists the newest first', async () => {
    for (const deviceId of ['a', 'b', 'c', 'd']) {
      await (deviceId < 'c'
        ? registry.approveSilently(claim([], { deviceId }))
        : registry.request(claim([], { deviceId }), { isSilent: false }))
      if (deviceId !== 'c') await clock.advance(10)
    }
    const { pending, paired } = registry.list()
    expect([pending, paired].map((rows) => rows.map(({ deviceId }) => deviceId))).toEqual([
      ['d', 'c'],
      ['b', 'a'],
    ])
  })

  describe('when it cannot write', () => {
    it('has changed nothing and told nobody, whatever was asked', async () => {
      const token = await pair(claim(READ))
      const { requestId } = await registry.request(claim(WRITE), { isSilent: false })
      const before = registry.list()
      news.told.length = 0
      document.isBroken = true
      const attempts = [
        () => registry.request(claim([], { deviceId: 'd2' }), { isSilent: false }),
        () => registry.approveSilently(claim(WRITE)),
        () => Promise.resolve(registry.greet(claim(READ), null)),
        () => registry.approve(requestId, ADMIN),
        () => registry.reject(requestId),
        () => registry.rotate('d1', 'operator', undefined, ADMIN),
        () => registry.revoke('d1', 'operator'),
        () => registry.remove('d1'),
      ]
      for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'document-unwritable' })
      const together = await Promise.allSettled(attempts.map((attempt) => attempt()))
      expect(together.map(({ status }) => status)).toEqual(attempts.map(() => 'rejected'))
      expect(registry.list()).toEqual(before)
      expect(registry.judgeToken(claim(READ), token)).toBe('valid')
      expect(news.told).toEqual([])
      document.isBroken = false
      await registry.approve(requestId, ADMIN)
      expect((await open()).list()).toEqual(registry.list())
    })

    it('keeps what was noted for the next write', async () => {
      const token = await pair(claim(READ))
      await clock.advance(7)
      registry.greet(claim(READ), token)
      document.isBroken = true
      await expect(registry.remove('d1')).rejects.toThrow('no space')
      document.isBroken = false
      await registry.close()
      expect((await open()).find('d1')?.lastSeenAtMs).toBe(clock.now())
    })

    it('says at the end that visits are lost, and ends all the same', async () => {
      const token = await pair(claim(READ))
      registry.greet(claim(READ), token)
      document.isBroken = true
      await registry.close()
      expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
        ['warn', 'could not save when devices were last seen'],
      ])
    })
  })

  it('answers nothing before it is durable, and writes together what waits together', async () => {
    const release = document.hold()
    const first = registry.approveSilently(claim(READ))
    await clock.advance(0)
    expect(registry.standing(claim(READ))).toBe('not-paired')
    expect(news.told).toEqual([])
    const others = Array.from({ length: 50 }, (_, index) =>
      registry.approveSilently(claim([], { deviceId: `o${index}` })),
    )
    release()
    const { deviceToken } = await first
    expect(registry.judgeToken(claim(READ), deviceToken)).toBe('valid')
    await Promise.all(others)
    expect(document.writes).toBe(2)
    expect((await open()).list()).toEqual(registry.list())
  })

  it('loses no visit that falls into a write', async () => {
    const token = await pair(claim(READ))
    await clock.advance(9)
    const release = document.hold()
    const other = registry.approveSilently(claim([], { deviceId: 'd2' }))
    await clock.advance(0)
    registry.greet(claim(READ), token)
    release()
    await other
    expect(registry.find('d1')?.lastSeenAtMs).toBe(clock.now())
    await registry.close()
    expect((await open()).find('d1')?.lastSeenAtMs).toBe(clock.now())
  })

  it('refuses changes after its end', async () => {
    await registry.close()
    await registry.close()
    await expect(registry.request(claim([]), { isSilent: false })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    })
  })

  it.each(['{"version":1', '{"version":2}', '[]'])('does not take %s for an empty registry', async (text) => {
    document.text = text
    await expect(open()).rejects.toMatchObject({
      code: 'devices-unreadable',
      message: expect.stringMatching(/\/state\/devices\.json.*move it away.*paired again/),
    })
    expect(document.text).toBe(text)
  })

  it('never lets a device do more than was approved, whatever happens in whatever order', async () => {
    const scopes = fc.subarray(['operator.admin', 'operator.read', 'operator.write', 'operator.pairing'])
    const step = fc.record({
      what: fc.constantFrom('ask', 'approve', 'reject', 'silent', 'greet', 'rotate', 'revoke', 'remove', 'reopen'),
      role: fc.constantFrom<Role>('operator', 'node'),
      scopes,
      approver: scopes,
      waitMs: fc.constantFrom(0, 0, 0, 1_000, 300_000),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        document = new PuppetDocument()
        registry = await open()
        /** What somebody said yes to, by role; written down apart from the registry. */
        const allowed = new Map<Role, string[]>()
        const tokens: { readonly role: Role; readonly token: string }[] = []
        for (const { what, role, scopes, approver, waitMs } of steps) {
          await clock.advance(waitMs)
          const wanted = claim(scopes, { role })
          const waiting = registry.list().pending[0]
          const keep = (issued: { deviceToken: string }) => void tokens.push({ role, token: issued.deviceToken })
          const allow = (asked: readonly string[]) => allowed.set(role, [...(allowed.get(role) ?? []), ...asked])
          const act = async () => {
            if (what === 'ask') await registry.request(wanted, { isSilent: false })
            else if (what === 'approve' && waiting !== undefined) {
              const { roles } = waiting
              await registry.approve(waiting.requestId, new Set(approver))
              // Scopes of several roles are listed together; those of operators are what the approver has.
              for (const one of roles as Role[]) {
                const mine = one === 'operator' ? approver : waiting.scopes
                allowed.set(one, [...(allowed.get(one) ?? []), ...mine])
              }
            } else if (what === 'reject' && waiting !== undefined) await registry.reject(waiting.requestId)
            else if (what === 'silent') {
              keep(await registry.approveSilently(wanted))
              allow(scopes)
            } else if (what === 'greet') keep(await registry.greet(wanted, tokens.at(-1)?.token ?? null))
            else if (what === 'rotate') {
              const rotated = await registry.rotate('d1', role, scopes, new Set(approver))
              keep({ deviceToken: rotated.token })
            } else if (what === 'revoke') await registry.revoke('d1', role)
            else if (what === 'remove') {
              await registry.remove('d1')
              allowed.clear()
            } else if (what === 'reopen') {
              await registry.close()
              const before = registry.list()
              registry = await open()
              expect(registry.list()).toEqual(before)
            }
          }
          // A refusal is an outcome like any other here; what counts is what is possible afterwards.
          const refused = await act().then(
            () => null,
            (thrown: { code: string }) => thrown.code,
          )
          expect(['INVALID_REQUEST', 'NOT_PAIRED', null]).toContain(refused)
          for (const one of ['operator', 'node'] as const) {
            for (const scope of ['operator.admin', 'operator.read', 'operator.write', 'operator.pairing']) {
              const attempt = claim([scope], { role: one })
              const isRight = allowed.has(one) && coversAll(one, allowed.get(one) ?? [], [scope])
              if (registry.standing(attempt) === 'covered') expect(isRight).toBe(true)
              for (const { role: of, token } of tokens) {
                if (registry.judgeToken(attempt, token) !== 'valid') continue
                expect([of, isRight]).toEqual([one, true])
              }
            }
          }
        }
        for (const { token } of tokens) expect(document.text ?? '').not.toContain(token)
      }),
      { numRuns: 150 },
    )
  }, 60_000)
})
