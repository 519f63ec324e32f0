import { type ChannelPackage, ChannelPackageFailure } from '../../application/ports/channel-package.js'
import { CHANNEL_KINDS, OTHER_CHANNEL_KEYS } from '../../domain/config/channels-section.js'

const ID = /^[a-z][a-z0-9-]{0,62}$/
const TAKEN: ReadonlySet<string> = new Set([...CHANNEL_KINDS, ...OTHER_CHANNEL_KEYS, 'webchat'])

/** The channel that a module exports, as `channel` or by default. */
export function readPackage(name: string, exports: Readonly<Record<string, unknown>>): ChannelPackage {
  const invalid = (why: string) => new ChannelPackageFailure('package-invalid', `${name} ${why}`)
  const found = exports.channel ?? exports.default
  if (typeof found !== 'object' || found === null) throw invalid('exports no object named channel')
  const { id, create } = found as Partial<ChannelPackage>
  if (typeof id !== 'string' || !ID.test(id)) throw invalid('has a channel without a usable id')
  if (TAKEN.has(id)) throw invalid(`calls its channel ${id}, which the gateway has itself`)
  if (typeof create !== 'function') throw invalid('has a channel without create()')
  return found as ChannelPackage
}
