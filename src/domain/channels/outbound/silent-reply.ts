/** What a model writes that has nothing to say. */
export const SILENT_REPLY = 'NO_REPLY'

/** Marks that models like to put around a word. */
const DRESSED = /^[\s"'`*_([{]*NO_REPLY[\s"'`*_)\]}.!]*$/u
/** After an answer, where it stands for "and nothing more". */
const AT_THE_END = /\s*(?:^|\s)[`*_]*NO_REPLY[`*_]*[.!]?\s*$/u

/** Whether a whole answer means that nothing is to be said. */
export function isSilentReply(text: string): boolean {
  return DRESSED.test(text)
}

/** An answer without the silent word at its end; one that only mentions it stays as it is. */
export function withoutSilentEnd(text: string): string {
  return text.endsWith(SILENT_REPLY) || AT_THE_END.test(text.slice(-40)) ? text.replace(AT_THE_END, '') : text
}
