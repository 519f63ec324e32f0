import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/adapters/clock-fake/fake-clock.js'
import { MemoryDocument } from '../../../src/adapters/document-memory/memory-document.js'
import { SequenceIds } from '../../../src/adapters/ids-sequence/sequence-ids.js'
import { SenderRegistry } from '../../../src/application/channels/sender-registry.js'

const ANN = { channel: 'irc', accountId: 'default', senderId: 'ann', chatId: 'ann' }
const BY = { actor: 'operator' }

describe('SenderRegistry', () => {
  const clock = new FakeClock()
  let document: MemoryDocument
  let record: string[]
  let registry: SenderRegistry

  function open(): SenderRegistry {
    return new SenderRegistry({
      document,
      clock,
      ids: new SequenceIds(),
      trail: { record: (event, facts) => record.push(`${event} ${facts?.subject}`) },
    })
  }

  beforeEach(() => {
    document = new MemoryDocument()
    record = []
    registry = open()
  })

  async function codeFor(senderId: string): Promise<string> {
    const asked = await registry.ask({ ...ANN, senderId })
    if (asked.kind === 'full') throw new Error('there is no room')
    return asked.request.code
  }

  it('gives codes that people can read to each other', async () => {
    expect(await codeFor('ann')).toMatch(/^[ABCDEFGHJKLMNPQRSTUVWXYZ23456789]{8}$/u)
  })

  it('keeps requests and approvals over a restart', async () => {
    const code = await codeFor('ann')
    await codeFor('bob')
    await registry.approve({ code }, BY)
    await registry.close()
    registry = open()
    await registry.open()
    expect(registry.isApproved(ANN)).toBe(true)
    expect(registry.waiting().map(({ senderId }) => senderId)).toEqual(['bob'])
    expect(registry.waiting('telegram')).toEqual([])
  })

  it('records who was let in, and by whom nothing is told of codes', async () => {
    const code = await codeFor('ann')
    await registry.approve({ code }, BY)
    await registry.revoke({ channel: 'irc', senderId: 'ann' }, BY)
    expect(record).toEqual([
      'pairing-requested irc/default:ann',
      'pairing-approved irc/default:ann',
      'pairing-rejected irc/default:ann',
    ])
    expect(record.join(' ')).not.toContain(code)
    expect(registry.isApproved(ANN)).toBe(false)
  })

  it('forgets who was rejected', async () => {
    const code = await codeFor('ann')
    await expect(registry.reject({ code, channel: 'telegram' }, BY)).rejects.toThrow('no waiting request')
    expect(await registry.reject({ code }, BY)).toMatchObject({ senderId: 'ann' })
    expect(registry.waiting()).toEqual([])
    await expect(registry.revoke({ channel: 'irc', senderId: 'ann' }, BY)).rejects.toThrow('ann is not approved on irc')
  })

  it('locks approving after ten wrong codes, for ten minutes', async () => {
    const code = await codeFor('ann')
    for (let guess = 0; guess < 10; guess++) {
      await expect(registry.approve({ code: `WRONG${guess}` }, BY)).rejects.toThrow('codes live 1 hour')
    }
    await expect(registry.approve({ code }, BY)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 600_000 })
    await clock.advance(600_000)
    expect(await registry.approve({ code }, BY)).toMatchObject({ senderId: 'ann' })
  })

  it('changes nothing that could not be written', async () => {
    const code = await codeFor('ann')
    document.write = async () => {
      throw new Error('no space')
    }
    await expect(registry.approve({ code }, BY)).rejects.toThrow('no space')
    expect(registry.isApproved(ANN)).toBe(false)
    expect(registry.waiting()).toHaveLength(1)
  })

  it('refuses what it cannot read', async () => {
    await document.write('{')
    await expect(registry.open()).rejects.toMatchObject({ code: 'senders-unreadable' })
  })
})
