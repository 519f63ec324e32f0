/** Which letters a network takes for the same in names: its word for CASEMAPPING. */
export type CaseMapping = string

/** Until a server has said how it compares names; to fold more could make two people one. */
export const UNKNOWN_MAPPING: CaseMapping = 'ascii'

const NICK = /^[\p{L}\p{N}_[\]\\`^{|}][-/\p{L}\p{N}_[\]\\`^{|}]*$/u
const ROOM = /^[#&+!][^\s,\p{Cc}]+$/u
const SERVICE = /^[^\s,@!:#&+$*?]+@[\p{L}\p{N}.-]+$/u
const LONGEST_NAME = 200

/** What may stand before and after a nick for it to be a word of its own. */
const BEFORE = '(?<![-\\p{L}\\p{N}_[\\]\\\\`^{|}])'
const AFTER = '(?![-\\p{L}\\p{N}_[\\]\\\\`^{|}])'

/** Whether somebody may be called so; no list of targets, no mask, no channel. */
export function isNick(name: string): boolean {
  return name.length <= LONGEST_NAME && NICK.test(name)
}

export function isRoom(name: string): boolean {
  return name.length <= LONGEST_NAME && ROOM.test(name)
}

/** Whether a message may be addressed to it: a nick, a channel, or a service of a certain server. */
export function isTarget(name: string): boolean {
  return isNick(name) || isRoom(name) || (name.length <= LONGEST_NAME && SERVICE.test(name))
}

/**
 * A name in the spelling that stands for all its spellings. RFC 1459 takes `[]\^` for the capitals of `{}|~`, and
 * servers that say so do; to fold them elsewhere would make two people one.
 */
export function folded(name: string, mapping: CaseMapping): string {
  if (mapping === 'rfc7613' || mapping === 'rfc8265') return name.toLowerCase()
  const lower = name.replace(/[A-Z]/gu, (letter) => letter.toLowerCase())
  if (mapping !== 'rfc1459' && mapping !== 'rfc1459-strict' && mapping !== 'strict-rfc1459') return lower
  const brackets = lower.replaceAll('[', '{').replaceAll(']', '}').replaceAll('\\', '|')
  return mapping === 'rfc1459' ? brackets.replaceAll('^', '~') : brackets
}

/** Whether a text contains a nick as a word of its own. */
export function isNickIn(text: string, nick: string, mapping: CaseMapping): boolean {
  const literal = folded(nick, mapping).replace(/[.*+?^${}()|[\]\\/]/gu, '\\$&')
  return new RegExp(`${BEFORE}${literal}${AFTER}`, 'u').test(folded(text, mapping))
}

/** A text without the nick it is addressed to: `mayros: hello` says `hello`. */
export function withoutAddress(text: string, nick: string, mapping: CaseMapping): string {
  const [all = '', first = ''] = /^@?([^\s:,]+)[:,]\s*/u.exec(text) ?? []
  const rest = text.slice(all.length)
  return all !== '' && rest !== '' && folded(first, mapping) === folded(nick, mapping) ? rest : text
}

/** Whether `nick!user@host` is meant by a mask, in which `*` stands for any letters and `?` for one. */
export function isMaskOf(mask: string, whole: string, mapping: CaseMapping): boolean {
  const wanted = folded(mask, mapping)
  const literal = wanted.replace(/[.+^${}()|[\]\\/]/gu, '\\$&')
  const pattern = literal.replace(/\*+/gu, '.*').replaceAll('?', '.')
  return new RegExp(`^${pattern}$`, 'su').test(folded(whole, mapping))
}
