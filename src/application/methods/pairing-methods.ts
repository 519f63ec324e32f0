import { pairingCodeParams, pairingListParams, pairingRevokeParams } from '../../domain/protocol/methods/pairing.js'
import { actorOf } from '../access/actor-of.js'
import { requestView, type SenderNews } from '../channels/sender-news.js'
import { SENDER_WELCOME, type SenderRegistry } from '../channels/sender-registry.js'
import { type MethodRow, method } from '../method-table.js'

export interface PairingMethodParts {
  readonly senders: SenderRegistry
  readonly news: Pick<SenderNews, 'resolved'>
  /** Tells a sender something; null = it was told, else why not. */
  readonly tell: (
    to: { readonly channel: string; readonly accountId: string; readonly chatId: string },
    text: string,
  ) => Promise<string | null>
}

/** Who may talk to agents through channels, decided by operators. */
export function pairingMethods({ senders, news, tell }: PairingMethodParts): readonly MethodRow[] {
  return [
    method('pairing.list', pairingListParams, ({ channel }) => ({
      requests: senders.waiting(channel).map(requestView),
      approved: senders.approved(channel),
    })),
    method('pairing.approve', pairingCodeParams, async (params, call) => {
      const { notify, ...code } = params
      const request = await senders.approve(definedOf(code), actorOf(call.client.identity))
      news.resolved(request, 'approved')
      const { channel, accountId, senderId, name } = request
      const problem = notify === true ? await tell(request, SENDER_WELCOME) : null
      return {
        ok: true,
        channel,
        accountId,
        senderId,
        ...(name === undefined ? {} : { name }),
        ...(notify === true ? { notified: problem === null } : {}),
        ...(problem === null ? {} : { problem }),
      }
    }),
    method('pairing.reject', pairingCodeParams, async ({ notify: _notify, ...code }, call) => {
      const request = await senders.reject(definedOf(code), actorOf(call.client.identity))
      news.resolved(request, 'rejected')
      const { channel, accountId, senderId } = request
      return { ok: true, channel, accountId, senderId }
    }),
    method('pairing.revoke', pairingRevokeParams, async (params, call) => {
      const revoked = await senders.revoke(definedOf(params), actorOf(call.client.identity))
      return { ok: true, revoked }
    }),
  ]
}

/** Without what was not given. */
function definedOf<T extends object>(params: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>
  }
}
