import { UsageFailure } from './cli-failure.js'
import { readFingerprint } from './tls-fingerprint.js'

/** Reads a whole number from an option, or says what was expected. */
export function wholeNumber(flag: string, min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new UsageFailure(`${flag}: expected a whole number ${range}, got "${text}"`)
  }
}

/** Reads one of a few words from an option. */
export function oneOf(flag: string, words: readonly string[]): (text: string) => string {
  return (text) => {
    if (words.includes(text)) return text
    throw new UsageFailure(`${flag}: expected one of ${words.join(', ')}, got "${text}"`)
  }
}

/** Reads a regular expression from an option. */
export function pattern(flag: string): (text: string) => RegExp {
  return (text) => {
    try {
      return new RegExp(text, 'u')
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown
      throw new UsageFailure(`${flag}: not a regular expression: "${text}"`)
    }
  }
}

/** A moment: so many milliseconds before now, or a point in time in Unix milliseconds. */
export type Moment = { readonly agoMs: number } | { readonly at: number }

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads `10m`, `2h`, or a date with or without a time; one without a zone is of this host. */
export function moment(flag: string): (text: string) => Moment {
  return (text) => {
    const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
    if (unit !== undefined) return { agoMs: Number(count) * (UNIT_MS[unit] ?? 0) }
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
    const at = /^\d{4}-/.test(text) ? Date.parse(isDay ? `${text}T00:00:00` : text) : Number.NaN
    if (!Number.isNaN(at)) return { at }
    throw new UsageFailure(`${flag}: expected 30s, 10m, 2h, 3d or a date like 2026-11-22T16:00, got "${text}"`)
  }
}

/** Reads a profile name from an option. */
export function profileName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text
  throw new UsageFailure(`--profile: expected 1 to 64 letters, digits, "_" or "-", got "${text}"`)
}

/** Reads the fingerprint of a certificate from an option, as 64 lower-case hex digits. */
export function fingerprint(flag: string): (text: string) => string {
  return (text) => {
    const hex = readFingerprint(text)
    if (hex !== null) return hex
    throw new UsageFailure(`${flag}: expected a SHA-256 fingerprint (64 hex digits, colons allowed), got "${text}"`)
  }
}

/** Gathers an option that is given several times, or with commas. */
export function listed(flag: string): (text: string, before?: readonly string[]) => readonly string[] {
  return (text, before = []) => {
    const words = text.split(',').map((word) => word.trim())
    if (words.includes('')) throw new UsageFailure(`${flag}: expected a name, got "${text}"`)
    return [...before, ...words]
  }
}

/** Gathers `name=reason` options. A reason is wanted, since it is what a reader of the report gets instead. */
export function reasons(
  flag: string,
): (text: string, before?: Readonly<Record<string, string>>) => Readonly<Record<string, string>> {
  return (text, before = {}) => {
    const [, name, reason] = /^([^=]+)=(.*\S.*)$/s.exec(text) ?? []
    if (name === undefined || reason === undefined) {
      throw new UsageFailure(`${flag}: expected id=reason, got "${text}"`)
    }
    return { ...before, [name.trim()]: reason.trim() }
  }
}
