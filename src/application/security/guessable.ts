/** Words that people and templates put where a secret belongs. */
const USUAL_WORDS = [
  'password',
  'passwort',
  'secret',
  'token',
  'mayros',
  'gateway',
  'admin',
  'root',
  'changeme',
  'change',
  'letmein',
  'welcome',
  'example',
  'default',
  'test',
  'demo',
  'your',
  'here',
  'insert',
  'replace',
  'qwerty',
  'qwertz',
  'asdf',
  'abc123',
  'iloveyou',
  'dragon',
  'monkey',
  'master',
  'hunter2',
  'correct',
  'horse',
  'battery',
  'staple',
  'my',
  'the',
]
const USUAL = new RegExp(USUAL_WORDS.sort((a, b) => b.length - a.length).join('|'), 'g')

/** Longer secrets are judged by their beginning. */
const LOOKED_AT = 256
const LEAST_DISTINCT = 6
/** Characters that are left when usual words and what joins them are taken out. */
const LEAST_UNUSUAL = 8

/** Why a secret is easy to guess whatever its length, in words that do not show it; null when nothing speaks for that. */
export function guessable(secret: string): string | null {
  const text = secret.slice(0, LOOKED_AT).toLowerCase()
  if (new Set(text).size < LEAST_DISTINCT) return 'it has very few different characters'
  if (isRepetition(text)) return 'it repeats itself'
  if (runShare(text) > 0.5) return 'it is mostly a run of neighbouring characters'
  const unusual = text.replace(USUAL, '').replace(/[-_ .]/g, '')
  if (unusual.length < LEAST_UNUSUAL) return 'it is made of usual words'
  return null
}

/** Whether the text is a shorter one over and over, the last time perhaps cut off. */
function isRepetition(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length++) {
    if (text.slice(length) === text.slice(0, text.length - length)) return true
  }
  return false
}

/** Share of characters that follow their neighbour as in `abcd`, `4321` or `aaaa`. */
function runShare(text: string): number {
  let inRun = 0
  for (let index = 1; index < text.length; index++) {
    if (Math.abs(text.charCodeAt(index) - text.charCodeAt(index - 1)) <= 1) inRun += 1
  }
  return inRun / Math.max(1, text.length - 1)
}
