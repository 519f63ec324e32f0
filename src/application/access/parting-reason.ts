import { isControlUi, isWebchat } from '../../domain/access/client-kind.js'
import { isOriginAllowed } from '../../domain/access/origin.js'
import { isAmbient, type Proof } from '../../domain/access/proof.js'
import { secretShown } from '../../domain/access/shared-secret.js'
import { judgeProxyIdentity } from '../../domain/access/trusted-proxy.js'
import type { ClientIdentity } from '../connection/client.js'
import type { Peer } from '../ports/transport.js'
import type { AccessSnapshot } from './access-rules.js'
import { type Visitor, visitorOf } from './visitor.js'

/** Why somebody who was let in before may not be in by these rules; null = it may. Starts like the refusal of a `connect`. */
export function partingReason(identity: ClientIdentity, peer: Peer, rules: AccessSnapshot): string | null {
  const visitor = visitorOf(peer, rules)
  return endOfProof(identity.proof, visitor, rules) ?? endOfPage(identity, visitor, rules)
}

function endOfProof(proof: Proof, { peer, real }: Visitor, rules: AccessSnapshot): string | null {
  const { secret } = rules
  switch (proof.kind) {
    case 'secret': {
      const stillCounts = proof.secret === secretShown(secret) || proof.secret === secret.localPass
      return stillCounts ? null : `unauthorized: gateway ${secret.mode === 'password' ? 'password' : 'token'} changed`
    }
    case 'open':
      return secret.mode === 'none' ? null : 'unauthorized: gateway asks for authentication now'
    case 'proxy': {
      const verdict = judgeProxyIdentity(peer.headers, real, rules.proxyIdentity)
      const stillVouches = secret.mode === 'trusted-proxy' && verdict.kind === 'user' && verdict.user === proof.user
      return stillVouches ? null : 'unauthorized: the proxy does not vouch any more'
    }
    case 'tailnet':
      return rules.allowTailnet ? null : 'unauthorized: tailscale identities are not accepted any more'
    case 'device-token':
      return null
  }
}

/** What browsers may do is said by settings of its own. */
function endOfPage({ client, proof, deviceId, isPaired }: ClientIdentity, visitor: Visitor, rules: AccessSnapshot) {
  const isBrowser = isControlUi(client.id) || isWebchat(client.id, client.mode)
  const origin = visitor.peer.headers.get('origin')
  const isWelcome = !isBrowser || isOriginAllowed(origin, visitor.host, rules.allowedOrigins)
  if (!isWelcome || (visitor.isForeignPage && isAmbient(proof))) return 'origin not allowed any more'
  const mayComeWithout = rules.allowInsecureUi && visitor.real.isLocal && deviceId === undefined
  const isKnown = !isControlUi(client.id) || isPaired || rules.disableUiDevices || mayComeWithout
  return isKnown ? null : 'control ui requires device identity now'
}
