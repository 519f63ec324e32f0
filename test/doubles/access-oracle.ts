/*
 * Who may come in and what it may do, said a second time and in other words: from the text of the protocol, with nothing
 * of the code under test. Whatever is not said here is refused.
 */

export type Mode = 'token' | 'password' | 'hashed' | 'trusted-proxy' | 'none'

/** What a visitor shows. `wrongField`: the right secret, sent as what it is not. */
export const CREDENTIALS = [
  'nothing',
  'right',
  'wrong',
  'empty',
  'wrongField',
  'localPass',
  'deviceToken',
  'deviceTokenAsToken',
  'revokedToken',
  'tokenOfAnotherDevice',
  'tokenOfAnotherDeviceAsToken',
  'tokenOfAnotherRole',
  'proxyUser',
  'proxyStranger',
  'proxyTwice',
  'proxyWithoutMark',
] as const
export type Credential = (typeof CREDENTIALS)[number]

export const PLACES = [
  'loopback',
  'loopbackByForeignName',
  'loopbackForwarded',
  'lan',
  'proxyForRemote',
  'proxyForLoopback',
  'loopbackProxyForLoopback',
  'loopbackProxyForRemote',
  'proxySilent',
  'unix',
] as const
export type Place = (typeof PLACES)[number]

export interface Visit {
  readonly mode: Mode
  readonly credential: Credential
  readonly place: Place
  readonly role: string
  readonly scopes: readonly string[]
  readonly hasDevice: boolean
}

/** What the device of a visit was allowed before, when its credential is a token of a device. */
export const PAIRED_SCOPES = ['operator.read', 'operator.pairing']

export type Expectation =
  | { readonly isIn: true; readonly scopes: readonly string[] }
  | { readonly isIn: false; readonly why: string }

const out = (why: string): Expectation => ({ isIn: false, why })

const LOCAL: readonly Place[] = ['loopback', 'loopbackProxyForLoopback', 'unix']
const THROUGH_PROXY: readonly Place[] = [
  'proxyForRemote',
  'proxyForLoopback',
  'loopbackProxyForLoopback',
  'loopbackProxyForRemote',
  'proxySilent',
]
const OF_PAIRED_DEVICE: readonly Credential[] = [
  'deviceToken',
  'deviceTokenAsToken',
  'revokedToken',
  'tokenOfAnotherDevice',
  'tokenOfAnotherDeviceAsToken',
  'tokenOfAnotherRole',
]

/** What becomes of a visit. */
export function expectationOf(visit: Visit): Expectation {
  if (visit.role !== 'operator' && visit.role !== 'node') return out('invalid role')
  const shown = secretVerdict(visit)
  if (!visit.hasDevice) return withoutDevice(visit, shown)
  if (shown === 'secret' && visit.role === 'operator') return { isIn: true, scopes: visit.scopes }
  if (shown === 'secret' || shown === 'vouched') return paired(visit)
  return byDeviceToken(visit, shown)
}

/** `secret`: it knows the secret. `vouched`: something else speaks for it. Otherwise why not. */
function secretVerdict({ mode, credential, place }: Visit): string {
  const isLocal = LOCAL.includes(place)
  if (credential === 'localPass' && isLocal && mode !== 'none') return 'secret'
  if (mode === 'none') return 'vouched'
  if (mode === 'trusted-proxy') return proxyVerdict(credential, place)
  if (credential === 'right') return 'secret'
  const kind = mode === 'token' ? 'token' : 'password'
  if (credential === 'wrong') return `${kind}_mismatch`
  const isSentAsToken = ['localPass', 'deviceTokenAsToken', 'tokenOfAnotherDeviceAsToken'].includes(credential)
  return kind === 'token' && isSentAsToken ? 'token_mismatch' : `${kind}_missing`
}

function proxyVerdict(credential: Credential, place: Place): string {
  if (!THROUGH_PROXY.includes(place)) return 'trusted_proxy_untrusted_source'
  if (credential === 'proxyWithoutMark') return 'trusted_proxy_header_missing'
  if (credential === 'proxyStranger') return 'trusted_proxy_user_not_allowed'
  if (credential === 'proxyTwice') return 'trusted_proxy_user_ambiguous'
  return credential === 'proxyUser' ? 'vouched' : 'trusted_proxy_header_missing'
}

function withoutDevice({ role, credential }: Visit, shown: string): Expectation {
  if (role === 'operator' && shown === 'secret') return { isIn: true, scopes: [] }
  const sentSomething = ['right', 'wrong', 'wrongField', 'localPass', 'deviceTokenAsToken'].includes(credential)
  const isSent = sentSomething || credential === 'tokenOfAnotherDeviceAsToken'
  return role === 'operator' && shown !== 'vouched' && isSent ? out(shown) : out('DEVICE_IDENTITY_REQUIRED')
}

/** It has shown enough to be asked about: silently where it sits on this machine, by an operator elsewhere. */
function paired({ role, scopes, place, credential }: Visit): Expectation {
  const isLocal = LOCAL.includes(place)
  if (!OF_PAIRED_DEVICE.includes(credential)) return isLocal ? { isIn: true, scopes } : out('not-paired')
  // These devices were paired before: as operators with some scopes, as nodes without any.
  const isCovered = role === 'node' ? scopes.length === 0 : scopes.every((scope) => PAIRED_SCOPES.includes(scope))
  return isCovered || isLocal ? { isIn: true, scopes } : out('scope-upgrade')
}

function byDeviceToken({ role, scopes, credential }: Visit, shown: string): Expectation {
  if (credential === 'deviceToken' || credential === 'deviceTokenAsToken') {
    const isCovered = role === 'node' ? scopes.length === 0 : scopes.every((scope) => PAIRED_SCOPES.includes(scope))
    return isCovered ? { isIn: true, scopes } : out('scope-upgrade')
  }
  const isSentAsSuch = ['revokedToken', 'tokenOfAnotherDevice', 'tokenOfAnotherRole'].includes(credential)
  return out(isSentAsSuch ? 'device_token_mismatch' : shown)
}

/* The scopes of methods, as the protocol lists them; every name that is not here needs admin. */
const BY_SCOPE: Readonly<Record<string, string>> = {
  none: 'health',
  node: 'node.invoke.result node.event skills.bins',
  'operator.read':
    'status logs.tail channels.status usage.status usage.cost tts.status tts.providers models.list agents.list ' +
    'agents.files.list agents.files.get agent.identity.get skills.status voicewake.get sessions.list sessions.preview ' +
    'sessions.resolve sessions.usage sessions.usage.timeseries sessions.usage.logs cron.list cron.status cron.runs ' +
    'system-presence last-heartbeat node.list node.describe chat.history config.get talk.config ' +
    // Of our own:
    'models.status tools.list tools.explain metrics.snapshot methods.describe sessions.archives sessions.archived chat.picture channels.capabilities channels.resolve channels.deadLetters cron.preview',
  'operator.write':
    'send poll agent agent.wait wake talk.mode tts.enable tts.disable tts.convert tts.setProvider voicewake.set ' +
    'node.invoke chat.send chat.abort browser.request push.test ' +
    // Of our own:
    'channels.resend',
  'operator.approvals': 'exec.approval.request exec.approval.waitDecision exec.approval.resolve exec.approval.list',
  'operator.pairing':
    'node.pair.request node.pair.list node.pair.approve node.pair.reject node.pair.verify node.rename device.pair.list ' +
    'device.pair.approve device.pair.reject device.pair.remove device.token.rotate device.token.revoke ' +
    // Of our own:
    'pairing.list pairing.approve pairing.reject pairing.revoke',
}
const SCOPE_OF = new Map(
  Object.entries(BY_SCOPE).flatMap(([scope, names]) => names.split(' ').map((name) => [name, scope] as const)),
)

/** The sentence that refuses a call; null = the call is allowed. */
export function callRefusal(method: string, role: string, scopes: readonly string[]): string | null {
  const wanted = SCOPE_OF.get(method) ?? 'operator.admin'
  if (wanted === 'none') return null
  if (role === 'node') return wanted === 'node' ? null : 'unauthorized role: node'
  if (wanted === 'node') return 'unauthorized role: operator'
  const isCovered =
    scopes.includes('operator.admin') ||
    scopes.includes(wanted) ||
    (wanted === 'operator.read' && scopes.includes('operator.write'))
  return isCovered ? null : `missing scope: ${wanted}`
}
