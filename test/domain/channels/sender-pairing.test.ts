import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSenderFile, writeSenderFile } from '../../../src/domain/channels/sender-file.js'
import {
  type Asking,
  approveSender,
  askToPair,
  CODE_LIFE_MS,
  EMPTY_BOOK,
  isApprovedSender,
  MAX_WAITING,
  rejectSender,
  revokeSender,
  SEEN_STEP_MS,
  type SenderBook,
  waitingRequests,
} from '../../../src/domain/channels/sender-pairing.js'

const asking = (senderId: string, accountId = 'default'): Asking => ({
  channel: 'irc',
  accountId,
  senderId,
  chatId: senderId,
})

function counting(): () => string {
  let count = 0
  return () => `CODE${String(++count).padStart(4, 'A')}`
}

function asked(book: SenderBook, ...senders: Asking[]): SenderBook {
  const newCode = counting()
  return senders.reduce((sofar, sender) => askToPair(sofar, sender, 0, newCode).book, book)
}

describe('pairing of senders', () => {
  it('tells a stranger the code once, and remembers when they wrote last', () => {
    const first = askToPair(EMPTY_BOOK, asking('ann'), 1, () => 'ABCDEFGH')
    expect(first).toMatchObject({ kind: 'created', request: { code: 'ABCDEFGH', createdAt: 1 } })
    const again = askToPair(first.book, asking('ann'), SEEN_STEP_MS + 1, () => 'OTHER')
    expect(again).toMatchObject({
      kind: 'waiting',
      request: { code: 'ABCDEFGH', createdAt: 1, lastSeenAt: SEEN_STEP_MS + 1 },
    })
  })

  it('never gives a code twice while it is in use', () => {
    const codes = ['SAME', 'SAME', 'NEXT']
    const first = askToPair(EMPTY_BOOK, asking('ann'), 0, () => codes.shift() ?? '')
    expect(askToPair(first.book, asking('bob'), 0, () => codes.shift() ?? '')).toMatchObject({
      request: { code: 'NEXT' },
    })
  })

  it('says nothing to more strangers than may wait, on that account', () => {
    const names = Array.from({ length: MAX_WAITING }, (_, index) => asking(`s${index}`))
    const book = asked(EMPTY_BOOK, ...names)
    expect(askToPair(book, asking('late'), 0, () => 'X').kind).toBe('full')
    expect(askToPair(book, asking('late', 'other'), 0, () => 'X').kind).toBe('created')
    expect(askToPair(book, asking('late'), CODE_LIFE_MS, () => 'X').kind).toBe('created')
  })

  it('approves by the code as people type it, until it is too old', () => {
    const { book } = askToPair(EMPTY_BOOK, asking('ann'), 0, () => 'K7QM2XHA')
    expect(approveSender(book, 'k7qm 2xha', CODE_LIFE_MS - 1).kind).toBe('approved')
    expect(approveSender(book, 'K7QM2XHA', CODE_LIFE_MS).kind).toBe('unknown')
    expect(approveSender(book, 'K7QM2XHA', 0, { channel: 'telegram' }).kind).toBe('unknown')
  })

  it('lets in on that account only, and only until it is revoked', () => {
    const { book } = askToPair(EMPTY_BOOK, asking('ann'), 0, () => 'K7QM2XHA')
    const approved = approveSender(book, 'K7QM2XHA', 1).book
    expect(isApprovedSender(approved, asking('ann'))).toBe(true)
    expect(isApprovedSender(approved, asking('ann', 'other'))).toBe(false)
    expect(waitingRequests(approved, 1)).toEqual([])
    const revoked = revokeSender(approved, 'irc', 'ann')
    expect(revoked && isApprovedSender(revoked.book, asking('ann'))).toBe(false)
    expect(revokeSender(approved, 'irc', 'bob')).toBeNull()
  })

  it('forgets who was rejected, who may ask again', () => {
    const { book } = askToPair(EMPTY_BOOK, asking('ann'), 0, () => 'K7QM2XHA')
    const rejected = rejectSender(book, 'K7QM2XHA', 1)
    expect(rejected?.book).toEqual(EMPTY_BOOK)
    expect(rejectSender(book, 'WRONG', 1)).toBeNull()
  })

  it('shows no account the approvals of another, whatever happens', () => {
    const senders = fc.constantFrom('ann', 'bob')
    const accounts = fc.constantFrom('one', 'two')
    fc.assert(
      fc.property(fc.array(fc.tuple(senders, accounts, fc.boolean()), { maxLength: 12 }), (events) => {
        const newCode = counting()
        const approved = new Set<string>()
        let book = EMPTY_BOOK
        for (const [sender, account, isApproving] of events) {
          const result = askToPair(book, asking(sender, account), 0, newCode)
          book = result.book
          if (!isApproving || result.kind === 'full') continue
          book = approveSender(book, result.request.code, 0).book
          approved.add(`${sender}@${account}`)
        }
        for (const sender of ['ann', 'bob']) {
          for (const account of ['one', 'two']) {
            expect(isApprovedSender(book, asking(sender, account))).toBe(approved.has(`${sender}@${account}`))
          }
        }
      }),
    )
  })

  it('survives being written down', () => {
    const book = approveSender(asked(EMPTY_BOOK, asking('ann'), asking('bob')), 'CODEAAA1', 3).book
    expect(readSenderFile(writeSenderFile(book))).toEqual({ kind: 'read', book })
  })

  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'it is not an object'],
    ['{"version":2}', 'it was written by another version'],
    ['{"version":1,"requests":[{}],"approved":[]}', 'requests is damaged'],
    ['{"version":1,"requests":[],"approved":[{"channel":"irc"}]}', 'approved is damaged'],
  ])('says what is wrong with %s', (text, problem) => {
    expect(readSenderFile(text)).toEqual({ kind: 'unreadable', problem })
  })
})
