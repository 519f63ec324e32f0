import { invalidRequest } from '../protocol/refusal.js'
import type { Attachment } from './run.js'

/** Largest decoded attachment in bytes. */
export const MAX_ATTACHMENT_BYTES = 5_000_000

const DATA_URL = /^data:([^;,]+)?(?:;[^;,]+)*;base64,/i

/**
 * Reads the attachments of a message. Items without content are ignored and anything but pictures is left out, as
 * clients expect; damaged or oversized content is refused by name.
 */
export function readAttachments(items: readonly unknown[] | undefined): readonly Attachment[] {
  return (items ?? []).flatMap((item, index) => readAttachment(item, index))
}

function readAttachment(item: unknown, index: number): readonly Attachment[] {
  if (typeof item !== 'object' || item === null) return []
  const { mimeType, fileName, content } = item as Record<string, unknown>
  if (typeof content !== 'string' || content === '') return []
  const name = typeof fileName === 'string' && fileName !== '' ? fileName : `#${index + 1}`
  const prefix = DATA_URL.exec(content)
  const data = (prefix === null ? content : content.slice(prefix[0].length)).replace(/\s+/g, '')
  const type = typeof mimeType === 'string' && mimeType !== '' ? mimeType : (prefix?.[1] ?? '')
  const digits = data.length - (data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0)
  if (digits % 4 === 1 || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(data)) {
    throw invalidRequest(`Error: attachment ${name}: invalid base64 content`)
  }
  const bytes = Math.floor((digits * 3) / 4)
  if (bytes > MAX_ATTACHMENT_BYTES) {
    throw invalidRequest(`Error: attachment ${name}: exceeds size limit (${bytes} > ${MAX_ATTACHMENT_BYTES} bytes)`)
  }
  if (!type.startsWith('image/')) return []
  return [{ mimeType: type, data: standardBase64(data, digits), ...(typeof fileName === 'string' ? { fileName } : {}) }]
}

/** The alphabet and padding that model providers take, for what came in the alphabet of URLs or without padding. */
function standardBase64(data: string, digits: number): string {
  const padded = data.slice(0, digits).padEnd(Math.ceil(digits / 4) * 4, '=')
  return /[-_]/.test(padded) ? padded.replace(/-/g, '+').replace(/_/g, '/') : padded
}
