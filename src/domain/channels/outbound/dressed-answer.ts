import { stripReplyTags } from '../../session/reply-tags.js'
import { type PrefixFacts, responsePrefixOf } from './response-prefix.js'
import { isSilentReply, withoutSilentEnd } from './silent-reply.js'

const LINE_ENDS = /\r\n?|\u2028|\u2029/gu

/**
 * An answer as people on a network shall read it: without tags meant for channels, with one kind of line end and with
 * its prefix; null = there is nothing to say.
 * @param prefix `responsePrefix` as the most specific place has it
 */
export function dressedAnswer(answer: string, prefix: string, facts: PrefixFacts): string | null {
  const tagless = stripReplyTags(answer.replace(LINE_ENDS, '\n'))
  const text = isSilentReply(tagless) ? '' : withoutSilentEnd(tagless).replace(/^(?:[ \t]*\n)+|\s+$/gu, '')
  if (text.trim() === '') return null
  const before = responsePrefixOf(prefix, facts)
  return before === '' || text.startsWith(before) ? text : `${before}${/\s$/u.test(before) ? '' : ' '}${text}`
}
