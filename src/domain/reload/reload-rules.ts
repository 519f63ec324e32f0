import type { ReloadAction, ReloadActionName } from './reload-action.js'

/** `none` = no effect on a running gateway, so a change of it never reloads anything. */
export type ReloadClass = 'hot' | 'restart' | 'none'

/** What a change below a prefix asks for. */
export interface ReloadRule {
  /** Segments of the prefix; `*` stands for any one key or list element. */
  readonly prefix: readonly string[]
  readonly class: ReloadClass
  /** Work besides the new snapshot; empty = the snapshot is enough. */
  readonly actions: readonly ReloadActionName[]
}

/** Fields of a channel or an account that are read from the snapshot with every message. */
const LIVE_CHANNEL_FIELDS = [
  'required',
  'dmPolicy',
  'allowFrom',
  'groupPolicy',
  'groupAllowFrom',
  'groups',
  'historyLimit',
  'dmHistoryLimit',
  'dms',
  'textChunkLimit',
  'chunkMode',
  'blockStreaming',
  'blockStreamingCoalesce',
  'streaming',
  'replyToMode',
  'responsePrefix',
  'ackReaction',
  'heartbeat',
  'configWrites',
] as const

/** Every rule there is. A key without one would ask for a restart; a test sees to it that there is none. */
export const RELOAD_RULES: readonly ReloadRule[] = [
  ...none('$schema', 'meta', 'wizard', 'gateway.remote', 'session.mainKey'),
  ...none('web', 'talk', 'audio', 'media', 'browser', 'canvasHost', 'broadcast', 'memory', 'nodeHost', 'diagnostics'),
  ...none('update', 'messages.tts', 'messages.statusReactions', 'tools.media', 'tools.links', 'tools.sandbox'),
  ...none('hooks.gmail', 'agents.defaults.memorySearch', 'agents.list.*.memorySearch'),
  ...none('agents.defaults.sandbox', 'agents.list.*.sandbox'),
  ...none('channels.whatsapp', 'channels.signal', 'channels.imessage', 'channels.googlechat', 'channels.msteams'),
  ...none('channels.mattermost'),

  ...restart('gateway'),
  hot('gateway.reload', 'reload-settings'),
  hot('gateway.auth', 'auth'),
  hot('gateway.trustedProxies', 'auth'),
  hot('gateway.allowRealIpFallback', 'auth'),
  hot('gateway.controlUi'),
  hot('gateway.controlUi.allowedOrigins', 'auth'),
  hot('gateway.controlUi.allowInsecureAuth', 'auth'),
  hot('gateway.controlUi.dangerouslyDisableDeviceAuth', 'auth'),
  hot('gateway.http'),
  hot('gateway.metrics'),
  hot('gateway.tools'),
  hot('gateway.nodes'),
  hot('gateway.channelHealthCheckMinutes', 'monitor'),

  hot('agents'),
  hot('agents.defaults.workspace', 'agents'),
  hot('agents.defaults.heartbeat', 'heartbeat'),
  hot('agents.defaults.maxConcurrent', 'lanes'),
  hot('agents.defaults.subagents', 'lanes'),
  hot('agents.defaults.model', 'models'),
  hot('agents.defaults.imageModel', 'models'),
  hot('agents.defaults.models', 'models'),
  hot('agents.defaults.cliBackends', 'models'),
  hot('agents.list', 'agents', 'heartbeat', 'models'),
  hot('agents.list.*.*', 'agents'),
  hot('agents.list.*.model', 'agents', 'models'),
  hot('agents.list.*.heartbeat', 'heartbeat'),
  hot('bindings', 'agents'),

  hot('models', 'models'),
  hot('auth', 'models'),

  hot('session'),
  ...restart('session.store'),
  hot('messages'),
  hot('commands'),
  hot('commands.native', 'channels'),
  hot('commands.nativeSkills', 'channels'),
  hot('tools'),
  hot('approvals'),
  hot('ui'),

  hot('channels.defaults'),
  hot('channels.modelByChannel'),
  hot('channels.*', 'channel'),
  hot('channels.*.accounts.*', 'channel'),
  ...LIVE_CHANNEL_FIELDS.flatMap((field) => [hot(`channels.*.${field}`), hot(`channels.*.accounts.*.${field}`)]),

  hot('hooks', 'hooks'),
  hot('cron', 'cron'),
  hot('cron.maxConcurrentRuns', 'lanes'),
  ...restart('cron.store'),
  hot('logging', 'log'),
  hot('skills', 'skills'),
  ...restart('env', 'plugins', 'discovery'),
]

/** What happens to a change that no rule speaks about: nobody promised that it can be taken over while running. */
const WITHOUT_RULE: ReloadRule = { prefix: [], class: 'restart', actions: [] }

/** The rule with the longest matching prefix; between equally long ones the one with fewer wildcards. */
export function reloadRuleOf(path: readonly (string | number)[]): ReloadRule {
  let best = WITHOUT_RULE
  for (const rule of rulesBelow(String(path[0] ?? ''))) {
    if (matches(rule, path) && isMoreSpecific(rule, best)) best = rule
  }
  return best
}

/** The work a rule asks for at this path. */
export function reloadActionsAt(path: readonly (string | number)[]): readonly ReloadAction[] {
  return reloadRuleOf(path).actions.map((name) => {
    if (name !== 'channel') return { name }
    const account = path[2] === 'accounts' && path[3] !== undefined ? String(path[3]) : null
    return { name, channel: String(path[1]), account }
  })
}

const RULES_BY_SECTION = new Map<string, readonly ReloadRule[]>()

function rulesBelow(section: string): readonly ReloadRule[] {
  let rules = RULES_BY_SECTION.get(section)
  if (rules === undefined) {
    rules = RELOAD_RULES.filter((rule) => rule.prefix[0] === section)
    if (rules.length > 0) RULES_BY_SECTION.set(section, rules)
  }
  return rules
}

function matches({ prefix }: ReloadRule, path: readonly (string | number)[]): boolean {
  return (
    prefix.length <= path.length && prefix.every((segment, index) => segment === '*' || segment === String(path[index]))
  )
}

function isMoreSpecific(rule: ReloadRule, other: ReloadRule): boolean {
  if (rule.prefix.length !== other.prefix.length) return rule.prefix.length > other.prefix.length
  return wildcards(rule) < wildcards(other)
}

function wildcards({ prefix }: ReloadRule): number {
  return prefix.filter((segment) => segment === '*').length
}

function hot(prefix: string, ...actions: ReloadActionName[]): ReloadRule {
  return { prefix: prefix.split('.'), class: 'hot', actions }
}

function restart(...prefixes: string[]): ReloadRule[] {
  return prefixes.map((prefix) => ({ prefix: prefix.split('.'), class: 'restart', actions: [] }))
}

function none(...prefixes: string[]): ReloadRule[] {
  return prefixes.map((prefix) => ({ prefix: prefix.split('.'), class: 'none', actions: [] }))
}
