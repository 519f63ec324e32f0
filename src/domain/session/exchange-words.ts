/** An agent that has nothing more to say to another one answers with this alone. */
export const REPLY_SKIP = 'REPLY_SKIP'
/** An agent that has nothing to tell the people of its chat answers with this alone. */
export const ANNOUNCE_SKIP = 'ANNOUNCE_SKIP'

/** Longest piece of what was said before that is repeated, in characters. */
const REPEATED_CHARS = 4_000

/** What an agent is told while two talk with each other. */
export function exchangePrompt(other: string, turn: number, turns: number): string {
  return [
    `You are talking with another agent, in the session ${other}; the message is its words, not those of a person.`,
    `Your answer is handed to it (turn ${turn} of at most ${turns}); do not use sessions_send for it.`,
    `If there is nothing more to say, answer with ${REPLY_SKIP} and nothing else.`,
  ].join(' ')
}

/** What an agent is asked when two have talked. */
export function announceQuestion(request: string, answer: string): string {
  return [
    'The conversation with the other agent is over.',
    `Its request: ${cut(request)}`,
    `The last words: ${cut(answer)}`,
    `Write one message about it for the people of this chat, or ${ANNOUNCE_SKIP} and nothing else.`,
  ].join('\n\n')
}

/** Whether an answer is nothing but that word, or nothing at all. */
export function isSkipped(answer: string, word: string): boolean {
  const text = answer.trim()
  return text === '' || text === word
}

function cut(text: string): string {
  return text.length <= REPEATED_CHARS ? text : `${text.slice(0, REPEATED_CHARS)} [...]`
}
