import { formatKeyPath } from '../../domain/config/key-path.js'
import { invalidRequest } from '../../domain/protocol/refusal.js'
import { whyNotWritten } from '../config/why-not-written.js'
import { ConfigFailure } from '../ports/config-source.js'
import { type CarryOut, reply } from './command-order.js'
import { configWords, keyPathOf, shownValue } from './config-words.js'

/** `/debug [show | set <path> <value> | unset <path> | reset]`; settings in memory only. */
export const debug: CarryOut = async ({ args }, { config, debugOverrides, parseValue }) => {
  if (!config().commands.debug) throw invalidRequest('Switched off (commands.debug).')
  const { action, path, value } = configWords(args)
  switch (action) {
    case '':
    case 'show': {
      const lines = [...debugOverrides.values.values()].map((one) => shownValue(one.at, one.value))
      return reply(lines.length === 0 ? 'Nothing is overridden.' : lines.join('\n'))
    }
    case 'set': {
      if (value === '') throw invalidRequest('Name a key and a value.')
      const at = keyPathOf(path, config())
      try {
        await debugOverrides.set(at, parseValue(value))
      } catch (thrown) {
        if (thrown instanceof ConfigFailure) throw invalidRequest(`Not taken: ${whyNotWritten(thrown)}.`)
        throw thrown
      }
      return reply(`${formatKeyPath(at)} is overridden until the configuration changes or the gateway restarts.`)
    }
    case 'unset': {
      const at = keyPathOf(path, config())
      return reply(debugOverrides.unset(at) ? `${formatKeyPath(at)} is as configured.` : `${path} was not overridden.`)
    }
    case 'reset':
      debugOverrides.reset()
      return reply('Everything is as configured.')
    default:
      throw invalidRequest('Try /debug show, set, unset or reset.')
  }
}
