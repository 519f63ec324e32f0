import { secretShown } from '../../domain/access/shared-secret.js'
import { judgeProxyIdentity } from '../../domain/access/trusted-proxy.js'
import { closure } from '../../domain/protocol/close-codes.js'
import type { Client } from '../connection/client.js'
import type { Clients } from '../connection/clients.js'
import type { AccessRules, AccessSnapshot } from './access-rules.js'
import { visitorOf } from './visitor.js'

/** Looks through those who are inside when the rules of the door have changed. */
export class ClientReview {
  readonly #clients: Clients
  readonly #rules: AccessRules

  constructor(clients: Clients, rules: AccessRules) {
    this.#clients = clients
    this.#rules = rules
  }

  /** Closes the connection of everybody whose proof counts no longer; they have to knock again. */
  review(): void {
    const rules = this.#rules.current
    for (const client of [...this.#clients]) {
      const reason = partingReason(client, rules)
      if (reason !== null) client.connection.close(closure(1008, reason))
    }
  }
}

function partingReason(client: Client, rules: AccessSnapshot): string | null {
  const { proof } = client.identity
  const { secret } = rules
  switch (proof.kind) {
    case 'secret': {
      const stillCounts = proof.secret === secretShown(secret) || proof.secret === secret.localPass
      return stillCounts ? null : `unauthorized: gateway ${secret.mode === 'password' ? 'password' : 'token'} changed`
    }
    case 'open':
      return secret.mode === 'none' ? null : 'unauthorized: gateway asks for authentication now'
    case 'proxy': {
      if (secret.mode !== 'trusted-proxy') return 'unauthorized: the proxy does not vouch any more'
      const { peer, real } = visitorOf(client.connection.peer, rules)
      const verdict = judgeProxyIdentity(peer.headers, real, rules.proxyIdentity)
      return verdict.kind === 'user' && verdict.user === proof.user
        ? null
        : 'unauthorized: the proxy does not vouch any more'
    }
    case 'tailnet':
      return rules.allowTailnet ? null : 'unauthorized: tailscale identities are not accepted any more'
    case 'device-token':
      return null
  }
}
