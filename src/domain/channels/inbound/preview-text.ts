import { stripReplyTags } from '../../session/reply-tags.js'

/** What is shown of an answer that is not complete: no tags, and as much as one message takes. */
export function previewText(
  text: string,
  { max, unit }: { readonly max: number; readonly unit: 'utf16' | 'bytes' },
): string {
  const shown = stripReplyTags(text).trim()
  // A character takes up to three bytes for each of its UTF-16 units.
  const units = unit === 'utf16' ? max : Math.floor(max / 3)
  if (shown.length <= units) return shown
  return shown.slice(0, units).replace(/[\uD800-\uDBFF]$/u, '')
}
