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
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(data)) throw invalidRequest(`attachment ${name}: invalid base64 content`)
  const bytes = Math.floor((data.replace(/=+$/, '').length * 3) / 4)
  if (bytes > MAX_ATTACHMENT_BYTES) {
    throw invalidRequest(`attachment ${name}: exceeds size limit (${bytes} > ${MAX_ATTACHMENT_BYTES} bytes)`)
  }
  if (!type.startsWith('image/')) return []
  return [{ mimeType: type, data, ...(typeof fileName === 'string' ? { fileName } : {}) }]
}
