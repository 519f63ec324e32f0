import type { ApprovedSender, SenderBook, SenderRequest } from './sender-pairing.js'

const VERSION = 1

type Fields = Readonly<Record<string, unknown>>

/** The book as text. */
export function writeSenderFile({ requests, approved }: SenderBook): string {
  return `${JSON.stringify({ version: VERSION, requests, approved }, null, 2)}\n`
}

/** Reads what `writeSenderFile` wrote. */
export function readSenderFile(
  text: string,
): { readonly kind: 'read'; readonly book: SenderBook } | { readonly kind: 'unreadable'; readonly problem: string } {
  let written: unknown
  try {
    written = JSON.parse(text)
  } catch {
    return { kind: 'unreadable', problem: 'it is not JSON' }
  }
  if (!isFields(written)) return { kind: 'unreadable', problem: 'it is not an object' }
  if (written.version !== VERSION) return { kind: 'unreadable', problem: 'it was written by another version' }
  const { requests, approved } = written
  if (!Array.isArray(requests) || !requests.every(isRequest)) {
    return { kind: 'unreadable', problem: 'requests is damaged' }
  }
  if (!Array.isArray(approved) || !approved.every(isApproved)) {
    return { kind: 'unreadable', problem: 'approved is damaged' }
  }
  return { kind: 'read', book: { requests, approved } }
}

function isRequest(value: unknown): value is SenderRequest {
  return isSender(value) && hasTexts(value, ['chatId', 'code']) && hasTimes(value, ['createdAt', 'lastSeenAt'])
}

function isApproved(value: unknown): value is ApprovedSender {
  return isSender(value) && hasTimes(value, ['approvedAt'])
}

function isSender(value: unknown): value is Fields {
  if (!isFields(value) || !hasTexts(value, ['channel', 'accountId', 'senderId'])) return false
  return value.name === undefined || typeof value.name === 'string'
}

function hasTexts(value: Fields, keys: readonly string[]): boolean {
  return keys.every((key) => typeof value[key] === 'string' && value[key] !== '')
}

function hasTimes(value: Fields, keys: readonly string[]): boolean {
  return keys.every((key) => Number.isFinite(value[key]))
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
