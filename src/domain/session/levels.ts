/** A setting with a few legal words. */
interface LevelRule {
  /** Every accepted spelling and what is stored for it; null = the setting is cleared. */
  readonly words: Readonly<Record<string, string | null>>
  /** Ends the sentence that refuses anything else. */
  readonly hint: string
}

const OFF = { off: 'off', false: 'off', no: 'off', '0': 'off' } as const
const OFF_CLEARS = { off: null, false: null, no: null, '0': null, disable: null, disabled: null } as const

/** Legal words of the settings `sessions.patch` takes, protocol v3. */
export const LEVEL_RULES = {
  verboseLevel: {
    words: {
      ...OFF,
      on: 'on',
      true: 'on',
      yes: 'on',
      '1': 'on',
      minimal: 'on',
      full: 'full',
      all: 'full',
      everything: 'full',
    },
    hint: '(use "on"|"off")',
  },
  reasoningLevel: {
    words: {
      ...OFF_CLEARS,
      hide: null,
      hidden: null,
      on: 'on',
      true: 'on',
      yes: 'on',
      '1': 'on',
      show: 'on',
      visible: 'on',
      enable: 'on',
      enabled: 'on',
      stream: 'stream',
      streaming: 'stream',
      live: 'stream',
    },
    hint: '(use "on"|"off"|"stream")',
  },
  responseUsage: {
    words: {
      ...OFF_CLEARS,
      on: 'tokens',
      true: 'tokens',
      yes: 'tokens',
      '1': 'tokens',
      enable: 'tokens',
      enabled: 'tokens',
      tokens: 'tokens',
      token: 'tokens',
      full: 'full',
      session: 'full',
    },
    hint: '(use "off"|"tokens"|"full")',
  },
  elevatedLevel: {
    words: {
      ...OFF,
      on: 'on',
      true: 'on',
      yes: 'on',
      '1': 'on',
      ask: 'ask',
      prompt: 'ask',
      approve: 'ask',
      full: 'full',
      auto: 'full',
    },
    hint: '(use "on"|"off"|"ask"|"full")',
  },
  execHost: {
    words: { sandbox: 'sandbox', gateway: 'gateway', node: 'node' },
    hint: '(use "sandbox"|"gateway"|"node")',
  },
  execSecurity: {
    words: { deny: 'deny', allowlist: 'allowlist', full: 'full' },
    hint: '(use "deny"|"allowlist"|"full")',
  },
  execAsk: {
    words: { off: 'off', 'on-miss': 'on-miss', always: 'always' },
    hint: '(use "off"|"on-miss"|"always")',
  },
  sendPolicy: { words: { allow: 'allow', on: 'allow', deny: 'deny', off: 'deny' }, hint: '(use "allow"|"deny")' },
  groupActivation: { words: { mention: 'mention', always: 'always' }, hint: '(use "mention"|"always")' },
} as const satisfies Readonly<Record<string, LevelRule>>

export type LevelName = keyof typeof LEVEL_RULES

/** What to store for a word; null = clear the setting; undefined = not a word of this setting. */
export function readLevel(name: LevelName, word: string): string | null | undefined {
  const words: LevelRule['words'] = LEVEL_RULES[name].words
  const folded = word.trim().toLowerCase()
  return Object.hasOwn(words, folded) ? words[folded] : undefined
}

export const THINKING_LEVELS = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const
export type ThinkingLevel = (typeof THINKING_LEVELS)[number]

/** Other spellings, without spaces, dashes and underscores. */
const THINKING_WORDS: Readonly<Record<string, ThinkingLevel>> = {
  false: 'off',
  no: 'off',
  '0': 'off',
  on: 'low',
  enable: 'low',
  enabled: 'low',
  min: 'minimal',
  think: 'minimal',
  thinkhard: 'low',
  mid: 'medium',
  med: 'medium',
  harder: 'medium',
  thinkharder: 'medium',
  ultra: 'high',
  ultrathink: 'high',
  thinkhardest: 'high',
  highest: 'high',
  max: 'high',
  extrahigh: 'xhigh',
}

/** How much a model should think; undefined = not a thinking level. */
export function readThinkingLevel(word: string): ThinkingLevel | undefined {
  const folded = word
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '')
  const level = THINKING_LEVELS.find((known) => known === folded)
  return level ?? (Object.hasOwn(THINKING_WORDS, folded) ? THINKING_WORDS[folded] : undefined)
}
