import type { GatewayConfig } from '../../config/config.js'
import type { StoredMessage } from './stored-message.js'

/** Whether a message that is answered gets a reaction at once. */
export function acknowledges(
  scope: GatewayConfig['messages']['ackReactionScope'],
  { place, wasMentioned }: Pick<StoredMessage, 'place' | 'wasMentioned'>,
): boolean {
  switch (scope) {
    case 'all':
      return true
    case 'direct':
      return place.kind === 'direct'
    case 'group-all':
      return place.kind !== 'direct'
    case 'group-mentions':
      return place.kind !== 'direct' && wasMentioned
  }
}
