import { REDACTED } from '../config/redacted.js'

/** Shorter secrets are not searched for by value: replacing every `ab` would make the log unreadable. */
const SHORTEST_SEARCHED_SECRET = 4
/** Such text has no URL form. */
const LONE_SURROGATE = /\p{Surrogate}/u
const LONGEST_FULLY_MASKED = 17

/** What secrets look like wherever they appear. A first group, where there is one, is kept in front. */
const BUILT_IN_PATTERNS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{6,}/gi,
  /\b(?:sk|rk|pk)-[A-Za-z0-9_-]{8,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr|github_pat)_[A-Za-z0-9_]{10,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{8,}/g,
  /\bxapp-[A-Za-z0-9-]{8,}/g,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /\b\d{6,}:[A-Za-z0-9_-]{30,}/g,
]

/** One look that tells most texts apart from those the patterns could match. */
const WORTH_A_CLOSER_LOOK = /-----BEGIN|Bearer|Basic|[srp]k-|gh[pousr]_|github_pat_|xox|xapp-|AIza|\d{6}:/i

const SECRET_FIELDS = new Set([
  'token',
  'password',
  'passphrase',
  'secret',
  'apikey',
  'apptoken',
  'bottoken',
  'usertoken',
  'accesstoken',
  'refreshtoken',
  'devicetoken',
  'pushtoken',
  'webhooktoken',
  'clientsecret',
  'signingsecret',
  'webhooksecret',
  'ownerdisplaysecret',
  'privatekey',
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'xapikey',
])

/** Keeps secrets out of what is written down: known ones by value, unknown ones by their looks. */
export class Masking {
  readonly #secrets = new Set<string>()
  readonly #patterns: readonly RegExp[]

  /**
   * @param secrets values that must not appear anywhere
   * @param patterns more expressions whose matches are masked; each must be global
   */
  constructor(secrets: Iterable<string> = [], patterns: readonly RegExp[] = []) {
    this.#patterns = patterns
    this.add(secrets)
  }

  /** Masks these values from now on. */
  add(secrets: Iterable<string>): void {
    for (const secret of secrets) {
      if (secret.length < SHORTEST_SEARCHED_SECRET || secret === REDACTED) continue
      this.#secrets.add(secret)
      this.#secrets.add(JSON.stringify(secret).slice(1, -1))
      if (!LONE_SURROGATE.test(secret)) this.#secrets.add(encodeURIComponent(secret))
    }
  }

  /** The text without any secret. */
  text(text: string): string {
    let masked = text
    for (const secret of this.#secrets) {
      if (masked.includes(secret)) masked = masked.replaceAll(secret, REDACTED)
    }
    if (WORTH_A_CLOSER_LOOK.test(masked)) masked = maskMatches(masked, BUILT_IN_PATTERNS)
    return this.#patterns.length === 0 ? masked : maskMatches(masked, this.#patterns)
  }

  /** Whether the value of a field of this name is a secret whatever it says. */
  hidesField(name: string): boolean {
    return SECRET_FIELDS.has(name.toLowerCase().replaceAll(/[-_]/g, ''))
  }
}

/** Short secrets vanish; of longer ones enough stays to recognise which one it was. */
export function maskSecret(secret: string): string {
  return secret.length <= LONGEST_FULLY_MASKED ? '***' : `${secret.slice(0, 6)}...${secret.slice(-4)}`
}

/**
 * Reads a pattern as an operator writes it: `expression` or `/expression/flags`.
 * Returns null when it is no regular expression.
 */
export function readMaskingPattern(text: string): RegExp | null {
  const slashed = /^\/(.+)\/([a-z]*)$/s.exec(text)
  const source = slashed?.[1] ?? text
  const flags = new Set(`${slashed?.[2] ?? ''}g`)
  flags.delete('y')
  try {
    return new RegExp(source, [...flags].join(''))
  } catch {
    return null
  }
}

function maskMatches(text: string, patterns: readonly RegExp[]): string {
  let masked = text
  for (const pattern of patterns) {
    masked = masked.replace(pattern, (match: string, kept: unknown) => {
      if (match === '') return match
      const prefix = typeof kept === 'string' && kept.length < match.length && match.startsWith(kept) ? kept : ''
      return prefix + maskSecret(match.slice(prefix.length))
    })
  }
  return masked
}
