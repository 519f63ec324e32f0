import type { SessionsPatchParams } from '../../domain/protocol/methods/sessions.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import {
  LEVEL_RULES,
  type LevelName,
  readLevel,
  readThinkingLevel,
  THINKING_LEVELS,
} from '../../domain/session/levels.js'
import type { SessionChanges, SessionEntry } from '../../domain/session/session-entry.js'
import { parseAgentKey } from '../../domain/session/session-key.js'

type Draft = { -readonly [Field in keyof SessionChanges]: SessionChanges[Field] }

const LEVEL_NAMES = Object.keys(LEVEL_RULES) as readonly LevelName[]

/**
 * What a patch asks to change, the model excepted: absent = keep, null = clear. Refuses words that a setting does not
 * have.
 */
export function requestedChanges(params: SessionsPatchParams, entry: SessionEntry): Draft {
  const changes: Draft = {}
  if (params.label !== undefined) changes.label = params.label === null ? null : filled('label', params.label)
  if (params.execNode !== undefined) {
    changes.execNode = params.execNode === null ? null : filled('execNode', params.execNode)
  }
  for (const name of LEVEL_NAMES) {
    const word = params[name]
    if (word !== undefined) changes[name] = word === null ? null : level(name, word)
  }
  return { ...changes, ...ancestry(params, entry) }
}

/**
 * The thinking level a word means.
 * @param hasExtraHigh whether the model of the session knows `xhigh`
 */
export function requestedThinking(word: string, hasExtraHigh: boolean): string {
  const level = readThinkingLevel(word)
  if (level !== undefined && (level !== 'xhigh' || hasExtraHigh)) return level
  const usable = THINKING_LEVELS.filter((known) => known !== 'xhigh' || hasExtraHigh)
  throw invalidRequest(`invalid thinkingLevel (use ${usable.join('|')})`)
}

function level(name: LevelName, word: string): string | null {
  const stored = readLevel(name, word)
  if (stored === undefined) throw invalidRequest(`invalid ${name} ${LEVEL_RULES[name].hint}`)
  return stored
}

function filled(name: string, text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') throw invalidRequest(`invalid ${name}: empty`)
  return trimmed
}

/** Who started a sub-session is written once. */
function ancestry(params: SessionsPatchParams, entry: SessionEntry): Draft {
  const changes: Draft = {}
  if (params.spawnedBy !== undefined) {
    const spawnedBy = params.spawnedBy === null ? null : filled('spawnedBy', params.spawnedBy)
    if (isFirstWrite('spawnedBy', spawnedBy, entry)) changes.spawnedBy = spawnedBy
  }
  if (params.spawnDepth !== undefined && isFirstWrite('spawnDepth', params.spawnDepth, entry)) {
    changes.spawnDepth = params.spawnDepth
  }
  return changes
}

function isFirstWrite(name: 'spawnedBy' | 'spawnDepth', value: string | number | null, entry: SessionEntry): boolean {
  const before = entry[name]
  if (before !== undefined) {
    if (before === value) return false
    throw invalidRequest(`${name} cannot be changed once set`)
  }
  if (value === null) return false
  if (parseAgentKey(entry.key)?.rest.startsWith('subagent:') === true) return true
  throw invalidRequest(`${name} is only supported for subagent:* sessions`)
}
