import type { ChannelKind } from '../../domain/config/channels-section.js'
import type { GatewayConfig } from '../../domain/config/config.js'
import { formatKeyPath } from '../../domain/config/key-path.js'
import { DEFAULT_ACCOUNT_ID, resolveChannelAccount } from '../../domain/config/resolve-channel-account.js'
import { valueAt } from '../../domain/config/value-at.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import type { ConfigChange } from '../config/config-changes.js'
import { whyNotWritten } from '../config/why-not-written.js'
import { ConfigFailure } from '../ports/config-source.js'
import { type CarryOut, type CommandParts, type CommandSender, reply } from './command-order.js'
import { type ConfigWords, configWords, keyPathOf, shownValue } from './config-words.js'

/** `/config [show [path] | get <path> | set <path> <value> | unset <path>]` */
export const config: CarryOut = async ({ message: { sender }, args }, parts) => {
  if (!parts.config().commands.config) throw invalidRequest('Switched off (commands.config).')
  const words = configWords(args)
  try {
    switch (words.action) {
      case '':
      case 'show':
      case 'get':
        return reply(await shown(words, parts))
      case 'set':
        if (words.value === '') throw invalidRequest('Name a key and a value.')
        return reply(await changed(words, parts.parseValue(words.value), sender, parts))
      case 'unset':
        return reply(await changed(words, undefined, sender, parts))
      default:
        throw invalidRequest('Try /config show, get, set or unset.')
    }
  } catch (thrown) {
    if (thrown instanceof ConfigFailure) throw invalidRequest(`Not written: ${whyNotWritten(thrown)}.`)
    throw thrown
  }
}

/** What is in the file and what it leaves out, without secrets. */
async function shown({ action, path }: ConfigWords, { configChanges }: CommandParts): Promise<string> {
  const reading = await configChanges.read()
  const whole =
    path === '' && action !== 'get' ? reading.redactedResolved : (reading.redactedConfig ?? reading.redactedResolved)
  const at = path === '' && action !== 'get' ? [] : keyPathOf(path, reading.resolved, reading.config)
  const value = valueAt(whole, at)
  return value === undefined || value === null ? `${path === '' ? 'Nothing' : path} is not set.` : shownValue(at, value)
}

/** The answer repeats no value: it may be a secret. */
async function changed(
  { path }: ConfigWords,
  value: unknown,
  sender: CommandSender,
  { config: current, configChanges }: CommandParts,
): Promise<string> {
  if (!mayWrite(current(), sender))
    throw invalidRequest('This channel may not change the configuration (configWrites).')
  const before = await configChanges.read()
  const at = keyPathOf(path, before.resolved, before.config)
  const actor = [sender.channel ?? 'client', sender.id].filter((part) => part !== undefined).join(' ')
  const change = await configChanges.change([{ path: at, value }], { actor, subject: '/config' }, before.hash)
  return outcomeOf(change, formatKeyPath(at))
}

function outcomeOf({ changed: paths, outcome }: ConfigChange, path: string): string {
  if (paths.length === 0) return `${path} was so already.`
  const written = `${path} was written.`
  if (outcome === null || outcome.kind === 'unchanged') return written
  if (outcome.kind === 'kept') return `${written} It is not in force: ${outcome.reason}.`
  const { plan, restart } = outcome
  if (restart !== null) return `${written} The gateway restarts in ${Math.ceil(restart.delayMs / 1000)} s for it.`
  if (plan.kind === 'hot' || plan.kind === 'nothing') return `${written} It is in force.`
  return `${written} It is not in force before the gateway is restarted.`
}

/** Clients of the gateway may always; a channel unless its account says no. */
function mayWrite(config: GatewayConfig, { channel, accountId = DEFAULT_ACCOUNT_ID }: CommandSender): boolean {
  if (channel === undefined) return true
  return resolveChannelAccount(config, channel as ChannelKind, accountId)?.configWrites ?? true
}
