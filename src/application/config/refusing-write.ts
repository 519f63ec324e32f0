import { invalidRequest, Refusal, unavailable } from '../../domain/protocol/refusal.js'
import { ConfigFailure } from '../ports/config-source.js'

/** Tells a refused write of the configuration in the words of the protocol. */
export async function refusingWrite<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    if (!(thrown instanceof ConfigFailure)) throw thrown
    switch (thrown.code) {
      case 'config-changed':
        throw invalidRequest('config changed since last load; re-run config.get and retry')
      case 'config-invalid': {
        const { problems } = (thrown.details ?? {}) as { readonly problems?: readonly unknown[] }
        throw new Refusal('INVALID_REQUEST', 'invalid config', { details: { issues: problems ?? [] } })
      }
      default:
        throw unavailable(thrown.message)
    }
  }
}
