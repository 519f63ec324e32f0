import type { CommandContext, SharedFlags } from '../command-context.js'
import { findGateway, withGateway } from '../target/gateway-access.js'
import type { ListedSenders, PairingDesk, ResolvedSender } from './pairing-desk.js'

/** Asks the gateway; where none runs, the files of this host are changed under its lock. */
export async function withPairing<T>(
  context: CommandContext,
  flags: SharedFlags,
  work: (desk: PairingDesk) => Promise<T>,
): Promise<T> {
  const access = await findGateway(context, flags)
  const { record, environment, timeoutMs } = access
  if (record === null && flags.url === undefined) {
    context.note('no gateway runs: working on the files of this host')
    const offline = await context.deps.openSenders(environment)
    try {
      return await work(offline.desk)
    } finally {
      await offline.close()
    }
  }
  return withGateway(access, (client) =>
    work({
      isOffline: false,
      list: (channel) =>
        client.call<ListedSenders>('pairing.list', channel === undefined ? {} : { channel }, { timeoutMs }),
      approve: (params) => client.call<ResolvedSender>('pairing.approve', params, { timeoutMs }),
      reject: (params) => client.call<ResolvedSender>('pairing.reject', params, { timeoutMs }),
      revoke: async (params) =>
        (await client.call<{ readonly revoked: number }>('pairing.revoke', params, { timeoutMs })).revoked,
    }),
  )
}
