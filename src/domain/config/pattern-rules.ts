import { readMaskingPattern } from '../log/masking.js'
import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { finding } from './finding.js'
import type { KeyPath } from './key-path.js'

/** What a schema cannot say about texts: patterns must compile, modules must stay in their directory. */
export function patternRules(config: GatewayConfig): LocatedProblem[] {
  return [...maskingRules(config), ...mentionRules(config), ...moduleRules(config)]
}

function maskingRules({ logging }: GatewayConfig): LocatedProblem[] {
  return logging.redactPatterns.flatMap((pattern, index) => {
    if (readMaskingPattern(pattern) !== null) return []
    return [finding(['logging', 'redactPatterns', index], 'bad_value', 'expected a regular expression')]
  })
}

function mentionRules(config: GatewayConfig): LocatedProblem[] {
  const { irc } = config.channels
  const lists: { at: KeyPath; patterns: readonly string[] | undefined }[] = [
    { at: ['messages', 'groupChat', 'mentionPatterns'], patterns: config.messages.groupChat.mentionPatterns },
    ...(config.agents.list ?? []).map(({ groupChat }, index) => ({
      at: ['agents', 'list', index, 'groupChat', 'mentionPatterns'],
      patterns: groupChat?.mentionPatterns,
    })),
    { at: ['channels', 'irc', 'mentionPatterns'], patterns: irc?.mentionPatterns },
    ...Object.entries(irc?.accounts ?? {}).map(([id, account]) => ({
      at: ['channels', 'irc', 'accounts', id, 'mentionPatterns'],
      patterns: account.mentionPatterns,
    })),
  ]
  return lists.flatMap(({ at, patterns = [] }) =>
    patterns.flatMap((pattern, index) =>
      compiles(pattern) ? [] : [finding([...at, index], 'bad_value', 'expected a regular expression')],
    ),
  )
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'i') instanceof RegExp
  } catch {
    return false
  }
}

function moduleRules({ hooks }: GatewayConfig): LocatedProblem[] {
  return hooks.mappings.flatMap(({ transform }, index) => {
    if (transform === undefined || staysInside(transform.module)) return []
    const message = 'expected a relative path inside hooks.transformsDir'
    return [finding(['hooks', 'mappings', index, 'transform', 'module'], 'bad_value', message)]
  })
}

function staysInside(module: string): boolean {
  return !/^(?:[/\\~]|[A-Za-z]:)/.test(module) && !module.split(/[/\\]/).includes('..')
}
