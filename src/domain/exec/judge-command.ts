import { exactPattern, isSettled, matchesPattern } from './command-pattern.js'
import { type CommandReading, type PlainCommand, whyUnclear } from './command-words.js'
import type { ExecRules } from './exec-rules.js'
import { isInFolder, isSafeFilter, SYSTEM_FOLDERS } from './safe-filters.js'

/** The file that a name or path stands for, absolute and without `.` and `..`; null when there is none. */
export type FindProgram = (program: string) => string | null

export type CommandVerdict =
  | {
      readonly kind: 'allow'
      readonly because: 'full' | 'allowlist'
      /** Ids of the entries that allowed it, each once. */
      readonly entries: readonly string[]
    }
  | { readonly kind: 'deny'; readonly reason: string }
  | {
      readonly kind: 'ask'
      readonly reason: string
      /** What would allow exactly this from now on; null when no allow list can. */
      readonly patterns: readonly string[] | null
    }

/** Whether a command runs, does not, or is somebody else's decision. */
export function judgeCommand(reading: CommandReading, rules: ExecRules, find: FindProgram): CommandVerdict {
  if (rules.security === 'deny') return { kind: 'deny', reason: 'running commands is switched off' }
  const miss = whatIsMissing(reading, rules, find)
  if (rules.ask === 'always') {
    return { kind: 'ask', reason: 'every command is asked about', patterns: 'patterns' in miss ? miss.patterns : [] }
  }
  if (rules.security === 'full') return { kind: 'allow', because: 'full', entries: [] }
  if ('entries' in miss) return { kind: 'allow', because: 'allowlist', entries: miss.entries }
  if (rules.ask === 'off') return { kind: 'deny', reason: miss.reason }
  return { kind: 'ask', reason: miss.reason, patterns: miss.patterns }
}

/** What counts when a question got no answer. Null = allowed, else why not. */
export function judgeUnanswered(reading: CommandReading, rules: ExecRules, find: FindProgram): string | null {
  if (rules.askFallback === 'full') return null
  if (rules.askFallback === 'deny') return 'nobody approved it in time'
  const miss = whatIsMissing(reading, rules, find)
  return 'entries' in miss ? null : `nobody approved it in time, and ${miss.reason}`
}

type Missing =
  | { readonly entries: readonly string[] }
  | { readonly reason: string; readonly patterns: readonly string[] | null }

/** Every single command has to be allowed. */
function whatIsMissing(reading: CommandReading, rules: ExecRules, find: FindProgram): Missing {
  if (reading.kind === 'opaque') {
    return { reason: `it cannot be compared with the allow list: ${reading.because}`, patterns: null }
  }
  const entries = new Set<string>()
  const patterns: string[] = []
  const reasons: string[] = []
  let canBeListed = true
  for (const command of reading.commands) {
    const verdict = judgeOne(command, rules, find)
    if ('entry' in verdict) {
      if (verdict.entry !== null) entries.add(verdict.entry)
      continue
    }
    reasons.push(verdict.reason)
    if (verdict.pattern === null) canBeListed = false
    else patterns.push(verdict.pattern)
  }
  if (reasons.length === 0) return { entries: [...entries] }
  return { reason: reasons[0] as string, patterns: canBeListed ? [...new Set(patterns)] : null }
}

/** The entry that allows a command (null: it only filters), or why none does and which one would. */
function judgeOne(
  { program, args, wrappers }: PlainCommand,
  rules: ExecRules,
  find: FindProgram,
): { readonly entry: string | null } | { readonly reason: string; readonly pattern: string | null } {
  const stranger = wrappers.find((wrapper) => !isOfSystem(find(wrapper)))
  if (stranger !== undefined) return { reason: `${stranger} is not the one of the system`, pattern: null }
  const path = find(program)
  if (path === null || !isSettled(path)) return { reason: `there is no program ${program}`, pattern: null }
  const unclear = whyUnclear(path, args)
  if (unclear !== null) return { reason: `it cannot be compared with the allow list: ${unclear}`, pattern: null }
  if (isSafeFilter(path, args, rules.filters)) return { entry: null }
  const allowed = rules.allowlist.find(({ pattern }) => matchesPattern(pattern, path, args))
  if (allowed !== undefined) return { entry: allowed.id }
  const canBeListed = args.every(({ expands }) => !expands)
  const pattern = exactPattern(
    path,
    args.map(({ text }) => text),
  )
  return { reason: `${path} is not on the allow list with these arguments`, pattern: canBeListed ? pattern : null }
}

function isOfSystem(path: string | null): boolean {
  return path !== null && isInFolder(path, SYSTEM_FOLDERS)
}

/** Names and paths that judging will ask for. */
export function programsIn(reading: CommandReading): readonly string[] {
  if (reading.kind === 'opaque') return []
  return [...new Set(reading.commands.flatMap(({ program, wrappers }) => [program, ...wrappers]))]
}
