import type { ShellWord } from './shell-words.js'

/** Which arguments a filter may have so that it reads nothing but its input and writes nothing but its output. */
export interface FilterProfile {
  /** Options without a value, dashes included. */
  readonly flags: readonly string[]
  /** Options with one. */
  readonly valueFlags: readonly string[]
  /** Words that are no options; 0 = none, so that no file can be named. */
  readonly maxPositional: number
}

/** Filters of the base system. */
export const FILTER_PROFILES: Readonly<Record<string, FilterProfile>> = {
  head: {
    flags: ['-q', '-v', '-z'],
    valueFlags: ['-n', '-c', '--lines', '--bytes'],
    maxPositional: 0,
  },
  tail: {
    flags: ['-q', '-v', '-z', '-r'],
    valueFlags: ['-n', '-c', '--lines', '--bytes'],
    maxPositional: 0,
  },
  wc: {
    flags: ['-l', '-w', '-c', '-m', '-L', '--lines', '--words', '--bytes', '--chars'],
    valueFlags: [],
    maxPositional: 0,
  },
  tr: { flags: ['-c', '-C', '-d', '-s', '-t', '--delete', '--squeeze-repeats'], valueFlags: [], maxPositional: 2 },
  cut: {
    flags: ['-s', '-n', '-z', '--complement', '--only-delimited'],
    valueFlags: ['-d', '-f', '-c', '-b', '--delimiter', '--fields', '--characters', '--bytes'],
    maxPositional: 0,
  },
  uniq: {
    flags: ['-c', '-d', '-u', '-i', '-z', '--count', '--repeated', '--unique', '--ignore-case'],
    valueFlags: ['-f', '-s', '-w'],
    maxPositional: 0,
  },
}

/** What is safe unless `tools.exec.safeBins` says otherwise. */
export const SAFE_FILTERS: readonly string[] = Object.keys(FILTER_PROFILES)

/** Folders in which only the system puts programs. */
export const SYSTEM_FOLDERS: readonly string[] = ['/bin', '/usr/bin', '/sbin', '/usr/sbin']

export interface FilterRules {
  readonly names: readonly string[]
  /** Folders that are trusted besides those of the system. */
  readonly folders: readonly string[]
  /** Instead of the built-in profiles, by name. Without a profile a filter is not safe. */
  readonly profiles: Readonly<Record<string, unknown>>
}

/**
 * Whether a program only filters its input.
 * @param path of the program, absolute
 */
export function isSafeFilter(path: string, args: readonly ShellWord[], rules: FilterRules): boolean {
  const cut = path.lastIndexOf('/')
  const name = path.slice(cut + 1)
  if (!rules.names.includes(name)) return false
  if (!isInFolder(path, [...SYSTEM_FOLDERS, ...rules.folders])) return false
  const profile = Object.hasOwn(rules.profiles, name) ? profileOf(rules.profiles[name]) : builtIn(name)
  return profile !== null && fits(args, profile)
}

/** Whether a program lies in one of these folders, not below it. */
export function isInFolder(path: string, folders: readonly string[]): boolean {
  const folder = path.slice(0, path.lastIndexOf('/'))
  return folders.some((one) => one.replace(/\/+$/, '') === folder)
}

function builtIn(name: string): FilterProfile | null {
  return Object.hasOwn(FILTER_PROFILES, name) ? (FILTER_PROFILES[name] as FilterProfile) : null
}

function profileOf(value: unknown): FilterProfile | null {
  if (typeof value !== 'object' || value === null) return null
  const { flags = [], valueFlags = [], maxPositional = 0 } = value as Readonly<Record<string, unknown>>
  if (!isTexts(flags) || !isTexts(valueFlags) || typeof maxPositional !== 'number') return null
  return { flags, valueFlags, maxPositional }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

/** Every word has to be foreseen; abbreviations of long options are not. */
function fits(args: readonly ShellWord[], profile: FilterProfile): boolean {
  let positional = 0
  for (let at = 0; at < args.length; at++) {
    const { text, expands } = args[at] as ShellWord
    if (expands) return false
    if (text === '--' || text === '-') return false
    if (!text.startsWith('-')) {
      positional++
    } else {
      const taken = optionWords(text, profile)
      if (taken === 0 || at + taken > args.length || args[at + taken - 1]?.expands === true) return false
      at += taken - 1
    }
  }
  return positional <= profile.maxPositional
}

/** How many words an option takes: itself, and perhaps its value; 0 = not foreseen. */
function optionWords(text: string, { flags, valueFlags }: FilterProfile): 0 | 1 | 2 {
  if (flags.includes(text)) return 1
  if (valueFlags.includes(text)) return 2
  if (text.startsWith('--')) return valueFlags.some((flag) => text.startsWith(`${flag}=`)) ? 1 : 0
  if (/^-\d+$/.test(text) && valueFlags.includes('-n')) return 1
  for (let index = 1; index < text.length; index++) {
    const flag = `-${text[index]}`
    if (valueFlags.includes(flag)) return index === text.length - 1 ? 2 : 1
    if (!flags.includes(flag)) return 0
  }
  return 1
}
