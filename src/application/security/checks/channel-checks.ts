import { formatKeyPath } from '../../../domain/config/key-path.js'
import { accountName, activeAccounts, placeOfValue } from '../active-accounts.js'
import type { SecurityCheck } from '../finding.js'
import { dangerousTools } from '../offered-tools.js'
import type { SecurityFacts } from '../security-facts.js'

/** A group that no configuration names. */
const ANY_CHAT = '(any)'

/** Who may write to the agents, and what strangers share. */
export const CHANNEL_CHECKS: readonly SecurityCheck[] = [
  {
    id: 'channels.dm-open',
    worst: 'critical',
    title: 'everybody may write to the agent directly',
    remediation: 'set dmPolicy to pairing or allowlist',
    find: ({ config }) =>
      activeAccounts(config)
        .filter(({ dmPolicy }) => dmPolicy === 'open')
        .map((account) => {
          const tools = dangerousTools(config)
          return {
            severity: tools.length > 0 ? 'critical' : 'warn',
            detail: `${accountName(account)}: anybody can start conversations${withTools(tools)}`,
            key: formatKeyPath(placeOfValue(config, account, 'dmPolicy')),
          }
        }),
  },
  {
    id: 'channels.group-open',
    worst: 'critical',
    title: 'every group is served',
    remediation: 'set groupPolicy to allowlist and list the groups',
    find: ({ config }) =>
      activeAccounts(config)
        .filter(({ groupPolicy }) => groupPolicy === 'open')
        .map((account) => {
          const tools = dangerousTools(config, {
            channel: account.kind,
            accountId: account.accountId,
            chatId: ANY_CHAT,
          })
          const path = placeOfValue(config, account, 'groupPolicy')
          return {
            severity: tools.length > 0 ? 'critical' : 'warn',
            detail: `${accountName(account)}: whoever adds it to a group talks to the agent${withTools(tools)}`,
            key: formatKeyPath(path),
            repairs: [{ kind: 'config', edit: { path, value: 'allowlist' } }],
          }
        }),
  },
  {
    id: 'session.shared-main',
    worst: 'warn',
    title: 'several people share one conversation',
    remediation: 'set session.dmScope to per-channel-peer',
    find: (facts) => {
      const { session } = facts.config
      const isShared = session.dmScope === 'main' || session.scope === 'global'
      if (!isShared || !hasSeveralSenders(facts)) return []
      const key = session.scope === 'global' ? 'session.scope' : 'session.dmScope'
      return [{ severity: 'warn', detail: 'each of them can ask what the others have said', key }]
    },
  },
]

function withTools(tools: readonly string[]): string {
  return tools.length === 0 ? '' : `, which offers ${tools.join(', ')}`
}

/** Names that belong to one person by `identityLinks` count as one. */
function hasSeveralSenders({ config }: SecurityFacts): boolean {
  const people = new Map(
    Object.entries(config.session.identityLinks).flatMap(([person, ids]) => ids.map((id) => [String(id), person])),
  )
  const senders = activeAccounts(config)
    .filter(({ dmPolicy }) => dmPolicy !== 'disabled')
    .flatMap(({ kind, allowFrom }) => allowFrom.map((id) => people.get(`${kind}:${id}`) ?? `${kind}:${id}`))
  return new Set(senders).size > 1 || senders.some((sender) => sender.endsWith(':*'))
}
