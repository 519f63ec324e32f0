import { isExposed } from '../exposure.js'
import type { Complaint, SecurityCheck } from '../finding.js'
import { guessable } from '../guessable.js'
import type { SecurityFacts } from '../security-facts.js'

const LEAST_TOKEN = 24

/** What agents, webhooks and HTTP callers may do. */
export const TOOL_CHECKS: readonly SecurityCheck[] = [
  {
    id: 'tools.exec-unguarded',
    worst: 'critical',
    title: 'agents run any command without asking',
    remediation: 'set tools.exec.security to allowlist, or tools.exec.ask to on-miss',
    find: ({ config }) => {
      const { exec } = config.tools
      const places = [
        { key: 'tools.exec.security', security: exec.security, ask: exec.ask },
        ...(config.agents.list ?? []).flatMap(({ tools }, index) =>
          tools?.exec?.security === undefined && tools?.exec?.ask === undefined
            ? []
            : [
                {
                  key: `agents.list[${index}].tools.exec.security`,
                  security: exec.security,
                  ask: exec.ask,
                  ...tools.exec,
                },
              ],
        ),
      ]
      return places
        .filter(({ security, ask }) => security === 'full' && ask === 'off')
        .map(({ key }) => ({ severity: 'critical', detail: 'exec.security is full and exec.ask is off', key }))
    },
  },
  {
    id: 'tools.elevated-open',
    worst: 'critical',
    title: 'everybody on a channel may run commands without approval',
    remediation: 'list single senders in tools.elevated.allowFrom',
    find: ({ config }) => [
      ...elevatedForAll(config.tools.elevated, 'tools.elevated'),
      ...(config.agents.list ?? []).flatMap(({ tools }, index) =>
        elevatedForAll(tools?.elevated ?? {}, `agents.list[${index}].tools.elevated`),
      ),
    ],
  },
  {
    id: 'tools.http-allow',
    worst: 'critical',
    title: 'tools that reach far can be called over HTTP',
    remediation: 'empty gateway.tools.allow',
    find: (facts) => {
      const { allow } = facts.config.gateway.tools
      if (allow.length === 0) return []
      const severity = isExposed(facts) ? 'critical' : 'warn'
      return [{ severity, detail: `taken off the deny list: ${allow.join(', ')}`, key: 'gateway.tools.allow' }]
    },
  },
  {
    id: 'hooks.session-key',
    worst: 'warn',
    title: 'webhooks choose any session',
    remediation: 'set hooks.allowRequestSessionKey to false, or list hooks.allowedSessionKeyPrefixes',
    find: ({ config: { hooks } }) =>
      hooks.enabled && hooks.allowRequestSessionKey && (hooks.allowedSessionKeyPrefixes ?? []).length === 0
        ? [
            {
              severity: 'warn',
              detail: 'a caller can write into every conversation',
              key: 'hooks.allowRequestSessionKey',
            },
          ]
        : [],
  },
  {
    id: 'hooks.token-short',
    worst: 'critical',
    title: 'the secret of webhooks is short or easy to guess',
    remediation: 'put a random token there: openssl rand -base64 32',
    find: (facts) => {
      const { enabled, token } = facts.config.hooks
      if (!enabled || token === undefined) return []
      const detail = token.length < LEAST_TOKEN ? `${token.length} characters` : guessable(token)
      return detail === null ? [] : [{ severity: isExposed(facts) ? 'critical' : 'warn', detail, key: 'hooks.token' }]
    },
  },
  {
    id: 'hooks.unmarked-content',
    worst: 'warn',
    title: 'what webhooks send looks like words of the operator',
    remediation: 'remove allowUnsafeExternalContent',
    find: ({ config: { hooks } }) =>
      hooks.mappings.flatMap(({ allowUnsafeExternalContent }, index): Complaint[] =>
        hooks.enabled && allowUnsafeExternalContent === true
          ? [
              {
                severity: 'warn',
                detail: 'foreign text reaches the model without a mark',
                key: `hooks.mappings[${index}].allowUnsafeExternalContent`,
              },
            ]
          : [],
      ),
  },
  {
    id: 'plugins.unlisted',
    worst: 'warn',
    title: 'every plugin that is found is loaded',
    remediation: 'list the wanted ones in plugins.allow',
    find: ({ config: { plugins } }) =>
      plugins.enabled && plugins.load.paths.length > 0 && plugins.allow === undefined
        ? [{ severity: 'warn', detail: `directories: ${plugins.load.paths.join(', ')}`, key: 'plugins.allow' }]
        : [],
  },
  {
    id: 'logging.redaction-off',
    worst: 'warn',
    title: 'secrets in tool and message texts reach the log',
    remediation: 'set logging.redactSensitive to tools',
    find: ({ config }) =>
      config.logging.redactSensitive === 'off'
        ? [
            {
              severity: 'warn',
              detail: 'logging.redactSensitive is off',
              key: 'logging.redactSensitive',
              repairs: [{ kind: 'config', edit: { path: ['logging', 'redactSensitive'], value: 'tools' } }],
            },
          ]
        : [],
  },
]

type Elevated = Partial<SecurityFacts['config']['tools']['elevated']> | object

function elevatedForAll(elevated: Elevated, at: string): Complaint[] {
  const { enabled = true, allowFrom = {} } = elevated as Partial<SecurityFacts['config']['tools']['elevated']>
  if (!enabled) return []
  return Object.entries(allowFrom)
    .filter(([, senders]) => senders.some((sender) => String(sender) === '*'))
    .map(([channel]) => ({
      severity: 'critical',
      detail: `${channel}: every sender`,
      key: `${at}.allowFrom.${channel}`,
    }))
}
