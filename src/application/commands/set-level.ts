import { invalidRequest } from '../../domain/protocol/refusal.js'
import { LEVEL_RULES, type LevelName, readLevel } from '../../domain/session/levels.js'
import { changeSettings, meansDefault } from './change-settings.js'
import { type CommandOrder, type CommandOutcome, type CommandParts, reply } from './command-order.js'

/** A setting with a few words. */
interface Level {
  readonly name: LevelName
  /** What people call it. */
  readonly title: string
  /** What holds where the session says nothing. */
  readonly standard: string
}

/** Shows or changes a setting that has a few legal words. */
export async function setLevel(
  order: CommandOrder,
  parts: CommandParts,
  { name, title, standard }: Level,
): Promise<CommandOutcome> {
  if (order.args === '') return reply(`${title}: ${order.session[name] ?? standard}`)
  const level = meansDefault(order.args) ? null : readLevel(name, order.args)
  if (level === undefined) throw invalidRequest(`${title}: no such word ${LEVEL_RULES[name].hint}`)
  await changeSettings(order, { [name]: level }, parts)
  return reply(`${title}: ${level ?? standard}`)
}
