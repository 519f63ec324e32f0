import { CHANNEL_KINDS, type ChannelKind, OTHER_CHANNEL_KEYS } from './channels-section.js'
import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { finding } from './finding.js'
import { nearestKey } from './nearest-key.js'

const OWN_KEYS: ReadonlySet<string> = new Set([...CHANNEL_KINDS, ...OTHER_CHANNEL_KEYS])

/** Keys below `channels` that only a package can mean. */
export function outsideKeysOf(channels: object): readonly string[] {
  return Object.keys(channels).filter((key) => !OWN_KEYS.has(key))
}

/** Every channel that the file may have accounts of: our own, then those of packages that it configures. */
export function channelKindsOf({ channels }: GatewayConfig): readonly ChannelKind[] {
  return [...CHANNEL_KINDS, ...(outsideKeysOf(channels) as readonly ChannelKind[])]
}

/** A channel that we do not know needs a package that brings it. */
export function outsideChannelRules({ channels, plugins }: GatewayConfig): LocatedProblem[] {
  if (plugins.channels.length > 0) return []
  return outsideKeysOf(channels).map((key) => {
    const nearest = nearestKey(key, [...OWN_KEYS])
    const hint = nearest === null ? 'channels of packages need plugins.channels' : `did you mean "${nearest}"?`
    return finding(['channels', key], 'unknown_key', 'unknown key', hint)
  })
}
