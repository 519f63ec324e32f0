import { linkTo } from '../../router/route.js'
import { overview } from '../../strings/en/overview.js'
import { accountState } from '../channels/account-state.js'
import type { ChannelStates, GatewayState, Health, Models } from './gateway-state.js'
import type { Issue } from './issue.js'

const ORDER = ['danger', 'warn', 'info'] as const

/** What somebody should look at, the worst first. */
export function findIssues(state: GatewayState): readonly Issue[] {
  const found = [
    ...configIssues(state.health),
    ...(state.models === null ? [] : modelIssues(state.models)),
    ...channelIssues(state.channels),
    ...authIssues(state.authMode),
    ...waitingIssues(state),
  ]
  return found.sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind))
}

function configIssues({ config }: Health): readonly Issue[] {
  const { lastError, pendingRestart, lastErrors } = config
  const link = { href: linkTo('config'), text: overview.openConfig }
  const logs = { href: linkTo('logs'), text: overview.openLogs }
  return [
    ...(lastError === null ? [] : [{ kind: 'danger', text: overview.configError(lastError), link } as const]),
    ...Object.entries(lastErrors).map(
      ([action, why]) => ({ kind: 'danger', text: overview.actionFailed(action, why), link: logs }) as const,
    ),
    ...(pendingRestart.length === 0
      ? []
      : [
          {
            kind: 'warn',
            text: overview.pendingRestart(pendingRestart.join(', ')),
            command: 'mayros gateway restart',
          } as const,
        ]),
  ]
}

function modelIssues(state: Models): readonly Issue[] {
  const { defaultModel, auth } = state
  const link = { href: linkTo('config'), text: overview.openConfig }
  if (defaultModel === null) {
    return [{ kind: 'warn', text: overview.noModel, command: 'mayros configure --section model', link }]
  }
  const missing = providersWithoutKey(state).map((provider): Issue => {
    const variable = auth.providers.find((one) => one.provider === provider)?.keyVariable ?? null
    return {
      kind: 'danger',
      text: overview.noKey(provider),
      ...(variable === null ? {} : { hint: overview.noKeyFix(variable) }),
      command: 'mayros configure --section model',
    }
  })
  const resting = auth.providers.flatMap(({ provider, cooldown, keys }): readonly Issue[] => {
    const own = [cooldown, ...keys.map((key) => key.cooldown)].find((one) => one !== null)
    return own === undefined || own === null ? [] : [{ kind: 'warn', text: overview.resting(provider, own.reason) }]
  })
  return [...missing, ...resting]
}

/** Providers that agents are to use and nobody can ask; one that nothing at all is known of has no key either. */
function providersWithoutKey({ resolvedDefault, models, auth }: Models): readonly string[] {
  const [standard = ''] = resolvedDefault.split('/')
  const isKnown = [...auth.providers, ...models].some(({ provider }) => provider === standard)
  return isKnown ? auth.missingProvidersInUse : [...new Set([...auth.missingProvidersInUse, standard])]
}

function channelIssues({ channelOrder, channelLabels, channelAccounts }: ChannelStates): readonly Issue[] {
  const link = { href: linkTo('channels'), text: overview.openChannels }
  return channelOrder.flatMap((id) =>
    (channelAccounts[id] ?? []).flatMap((account): readonly Issue[] => {
      const name = `${channelLabels[id] ?? id} (${account.accountId})`
      const state = accountState(account)
      if (state === 'failing')
        return [{ kind: 'danger', text: overview.channelFails(name, account.lastError ?? ''), link }]
      if (state === 'unconfigured') return [{ kind: 'warn', text: overview.channelUnconfigured(name), link }]
      return []
    }),
  )
}

function authIssues(authMode: string | null): readonly Issue[] {
  if (authMode !== 'none') return []
  return [{ kind: 'warn', text: overview.noAuth, command: 'mayros security audit' }]
}

function waitingIssues({ devices, senders, approvals }: GatewayState): readonly Issue[] {
  const waiting: readonly (readonly [number, (count: number) => string, string, string])[] = [
    [devices?.pending.length ?? 0, overview.devicesWait, 'devices', overview.openDevices],
    [senders?.requests.length ?? 0, overview.sendersWait, 'channels', overview.openChannels],
    [approvals?.length ?? 0, overview.approvalsWait, 'approvals', overview.openApprovals],
  ]
  return waiting.flatMap(([count, words, view, text]): readonly Issue[] =>
    count === 0 ? [] : [{ kind: 'info', text: words(count), link: { href: linkTo(view), text } }],
  )
}
