/** How long a code can be used, in milliseconds. */
export const CODE_LIFE_MS = 3_600_000
/** Requests that may wait for one account. */
export const MAX_WAITING = 3
/** How exactly it is remembered when somebody who waits wrote last, in milliseconds. */
export const SEEN_STEP_MS = 60_000
/** Without 0, O, 1 and I, which people mistake for each other. */
const CODE_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
/** Random bytes that make a code of 8 characters. */
export const CODE_BYTES = 6
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A stranger who wrote to an account and waits to be let in. Times are Unix milliseconds. */
export interface SenderRequest {
  readonly channel: string
  readonly accountId: string
  readonly senderId: string
  readonly name?: string
  /** Where the sender wrote, to be told of the approval. */
  readonly chatId: string
  readonly code: string
  readonly createdAt: number
  readonly lastSeenAt: number
}

/** Somebody who was let in on one account; holds for direct messages only. */
export interface ApprovedSender {
  readonly channel: string
  readonly accountId: string
  readonly senderId: string
  readonly name?: string
  readonly approvedAt: number
}

/** Everything that is known of senders. */
export interface SenderBook {
  readonly requests: readonly SenderRequest[]
  readonly approved: readonly ApprovedSender[]
}

export const EMPTY_BOOK: SenderBook = { requests: [], approved: [] }

/** Who asks, and where. */
export type Asking = Pick<SenderRequest, 'channel' | 'accountId' | 'senderId' | 'chatId'> & { readonly name?: string }

export type Asked =
  /** Tell the sender the code, this once. */
  | { readonly kind: 'created'; readonly book: SenderBook; readonly request: SenderRequest }
  /** The sender knows the code already. */
  | { readonly kind: 'waiting'; readonly book: SenderBook; readonly request: SenderRequest }
  /** As many strangers wait as may wait; nothing is said. */
  | { readonly kind: 'full'; readonly book: SenderBook }

/**
 * A stranger wrote.
 * @param newCode gives random codes; asked again while a code is in use
 */
export function askToPair(book: SenderBook, asking: Asking, now: number, newCode: () => string): Asked {
  const current = withoutExpired(book, now)
  const known = current.requests.find((request) => isSameSender(request, asking))
  if (known !== undefined) {
    if (now < known.lastSeenAt + SEEN_STEP_MS) return { kind: 'waiting', book: current, request: known }
    const request = { ...known, lastSeenAt: now }
    const requests = current.requests.map((one) => (one === known ? request : one))
    return { kind: 'waiting', book: { ...current, requests }, request }
  }
  const waiting = current.requests.filter((request) => isSameAccount(request, asking))
  if (waiting.length >= MAX_WAITING) return { kind: 'full', book: current }
  const request = { ...asking, code: unusedCode(current, newCode), createdAt: now, lastSeenAt: now }
  return { kind: 'created', book: { ...current, requests: [...current.requests, request] }, request }
}

/** A code of random bytes, which are given as base64url. Each character takes five of six random bits. */
export function codeOf(token: string): string {
  return [...token].map((digit) => CODE_ALPHABET[BASE64URL.indexOf(digit) % CODE_ALPHABET.length] ?? '').join('')
}

/** A code as people type it: case, spaces and dashes do not matter. */
export function readCode(typed: string): string {
  return typed.replace(/[\s-]/gu, '').toUpperCase()
}

export type Approval =
  | { readonly kind: 'approved'; readonly book: SenderBook; readonly request: SenderRequest }
  /** No such code waits, or it is too old. */
  | { readonly kind: 'unknown'; readonly book: SenderBook }

/** Lets a sender in. @param channel absent = the code alone decides, it is unique among those that wait */
export function approveSender(
  book: SenderBook,
  typed: string,
  now: number,
  where: { readonly channel?: string; readonly accountId?: string } = {},
): Approval {
  const current = withoutExpired(book, now)
  const request = waitingFor(current, typed, where)
  if (request === undefined) return { kind: 'unknown', book: current }
  const { channel, accountId, senderId, name } = request
  const sender: ApprovedSender = {
    channel,
    accountId,
    senderId,
    ...(name === undefined ? {} : { name }),
    approvedAt: now,
  }
  return {
    kind: 'approved',
    request,
    book: {
      requests: current.requests.filter((one) => one !== request),
      approved: [...current.approved.filter((one) => !isSameSender(one, sender)), sender],
    },
  }
}

/** Forgets a request; null when no such code waits. */
export function rejectSender(
  book: SenderBook,
  typed: string,
  now: number,
  where: { readonly channel?: string; readonly accountId?: string } = {},
): { readonly book: SenderBook; readonly request: SenderRequest } | null {
  const current = withoutExpired(book, now)
  const request = waitingFor(current, typed, where)
  if (request === undefined) return null
  return { request, book: { ...current, requests: current.requests.filter((one) => one !== request) } }
}

/** Takes an approval back; null when there was none. @param accountId absent = on every account of the channel */
export function revokeSender(
  book: SenderBook,
  channel: string,
  senderId: string,
  accountId?: string,
): { readonly book: SenderBook; readonly revoked: readonly ApprovedSender[] } | null {
  const isMeant = (one: ApprovedSender) =>
    one.channel === channel && one.senderId === senderId && (accountId === undefined || one.accountId === accountId)
  const revoked = book.approved.filter(isMeant)
  if (revoked.length === 0) return null
  return { revoked, book: { ...book, approved: book.approved.filter((one) => !isMeant(one)) } }
}

/** Whether a sender was let in on this account. */
export function isApprovedSender(
  book: SenderBook,
  sender: Pick<ApprovedSender, 'channel' | 'accountId' | 'senderId'>,
): boolean {
  return book.approved.some((one) => isSameSender(one, sender))
}

/** Requests that can still be approved, oldest first. */
export function waitingRequests(book: SenderBook, now: number): readonly SenderRequest[] {
  return withoutExpired(book, now).requests
}

function withoutExpired(book: SenderBook, now: number): SenderBook {
  const requests = book.requests.filter(({ createdAt }) => now < createdAt + CODE_LIFE_MS)
  return requests.length === book.requests.length ? book : { ...book, requests }
}

function waitingFor(
  { requests }: SenderBook,
  typed: string,
  { channel, accountId }: { readonly channel?: string; readonly accountId?: string },
): SenderRequest | undefined {
  const code = readCode(typed)
  return requests.find(
    (request) =>
      request.code === code &&
      (channel === undefined || request.channel === channel) &&
      (accountId === undefined || request.accountId === accountId),
  )
}

function unusedCode({ requests }: SenderBook, newCode: () => string): string {
  for (let code = newCode(); ; code = newCode()) {
    if (requests.every((request) => request.code !== code)) return code
  }
}

type Account = Pick<ApprovedSender, 'channel' | 'accountId'>

function isSameAccount(one: Account, other: Account): boolean {
  return one.channel === other.channel && one.accountId === other.accountId
}

function isSameSender(one: Account & { senderId: string }, other: Account & { senderId: string }): boolean {
  return isSameAccount(one, other) && one.senderId === other.senderId
}
