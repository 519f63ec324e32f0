/** Bounded on purpose: with open-ended repeats, text full of half-open tags would take quadratic time. */
const REPLY_TAG =
  /\[\[[ \t]{0,8}(?:audio_as_voice|reply_to_current|reply_to[ \t]{0,8}:[^\]\n]{0,256})[ \t]{0,8}\]\][ \t]?/gi

/**
 * Text without the tags a model writes for channels: `[[audio_as_voice]]`, `[[reply_to_current]]`, `[[reply_to: x]]`.
 * Trimmed if there were any, else untouched.
 */
export function stripReplyTags(text: string): string {
  if (!text.includes('[[')) return text
  const stripped = text.replace(REPLY_TAG, '')
  return stripped.length === text.length ? text : stripped.trim()
}
