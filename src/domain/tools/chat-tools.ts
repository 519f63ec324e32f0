import type { GatewayConfig } from '../config/config.js'
import type { ChatPlace, ChatSender } from './chat-place.js'

/** What a chat says about tools. */
export interface ToolLists {
  readonly allow?: readonly string[] | undefined
  readonly alsoAllow?: readonly string[] | undefined
  readonly deny?: readonly string[] | undefined
}

interface ChatRules {
  readonly tools?: ToolLists
  readonly toolsBySender?: Readonly<Record<string, ToolLists>>
  readonly channels?: Readonly<Record<string, ChatRules>>
}

type ChatMap = Readonly<Record<string, ChatRules>>

/** Rules of one place in the file. */
interface Located {
  readonly path: string
  readonly rules: ChatRules
}

/** What is said about tools for a sender in a group, and where; null when nothing is. */
export interface FoundLists {
  readonly path: string
  readonly lists: ToolLists
}

/**
 * Looks in this group, then in `*`: each time the rule of the sender comes before the rule for everybody. A server's own
 * rules come after those of its channel.
 */
export function chatToolLists(config: GatewayConfig, place: ChatPlace): FoundLists | null {
  for (const { path, rules } of placesOf(config, place)) {
    const sender = senderKey(rules.toolsBySender, place.sender)
    const own = sender === undefined ? undefined : rules.toolsBySender?.[sender]
    if (own !== undefined) return { path: `${path}.toolsBySender.${sender}`, lists: own }
    if (rules.tools !== undefined) return { path: `${path}.tools`, lists: rules.tools }
  }
  return null
}

function placesOf(config: GatewayConfig, place: ChatPlace): readonly Located[] {
  const channels = config.channels as unknown as Readonly<Record<string, unknown>>
  if (place.channel === 'defaults' || !Object.hasOwn(channels, place.channel)) return []
  const groups = mapOf(channels, place, 'groups')
  const rooms = mapOf(channels, place, 'channels')
  const guilds = mapOf(channels, place, 'guilds')
  return [
    ...entriesOf(groups, place.chatId),
    ...entriesOf(rooms, place.chatId),
    ...guildsOf(guilds, place).flatMap((guild) => [
      ...entriesOf({ path: `${guild.path}.channels`, map: guild.rules.channels ?? {} }, place.chatId),
      guild,
    ]),
  ]
}

interface LocatedMap {
  readonly path: string
  readonly map: ChatMap
}

/** An account's map stands instead of its channel's. */
function mapOf(
  channels: Readonly<Record<string, unknown>>,
  { channel, accountId }: ChatPlace,
  key: string,
): LocatedMap {
  const section = channels[channel] as Readonly<Record<string, unknown>> | undefined
  const accounts = (section?.accounts ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  const id = accountId ?? 'default'
  const own = Object.hasOwn(accounts, id) ? accounts[id]?.[key] : undefined
  const path = own === undefined ? `channels.${channel}.${key}` : `channels.${channel}.accounts.${id}.${key}`
  return { path, map: (own ?? section?.[key] ?? {}) as ChatMap }
}

/** The entry of this id, then that for all. Ids in session keys are lower case, those in files as people write them. */
function entriesOf({ path, map }: LocatedMap, id: string): readonly Located[] {
  const wanted = id.toLowerCase()
  const key = Object.keys(map).find((one) => one !== '*' && one.toLowerCase() === wanted)
  return [key, '*'].flatMap((one) => {
    const rules = one !== undefined && Object.hasOwn(map, one) ? map[one] : undefined
    return rules === undefined ? [] : [{ path: `${path}.${one}`, rules }]
  })
}

/** Where nobody says which server it is, it is the one that lists the channel. */
function guildsOf(guilds: LocatedMap, { guildId, chatId }: ChatPlace): readonly Located[] {
  const listing = Object.entries(guilds.map).find(([, { channels = {} }]) =>
    Object.keys(channels).some((one) => one.toLowerCase() === chatId.toLowerCase()),
  )
  return entriesOf(guilds, guildId ?? listing?.[0] ?? '*').filter(
    ({ path }, index, all) => all.findIndex((one) => one.path === path) === index,
  )
}

/** The key that names this sender: by id, number, user name or name, else `*`. */
function senderKey(bySender: ChatRules['toolsBySender'], sender: ChatSender = {}): string | undefined {
  const keys = Object.keys(bySender ?? {})
  const ways = [
    ['id', sender.id],
    ['e164', sender.e164],
    ['username', sender.username],
    ['name', sender.name],
  ] as const
  for (const [kind, value] of ways) {
    if (value === undefined || value === '') continue
    const wanted = comparable(kind, value)
    const key = keys.find((one) => one !== '*' && kindOf(one) === kind && comparable(kind, nameIn(one)) === wanted)
    if (key !== undefined) return key
  }
  return keys.includes('*') ? '*' : undefined
}

const PREFIX = /^(id|e164|username|name):/i

/** A key without a prefix is an id. */
function kindOf(key: string): string {
  return PREFIX.exec(key)?.[1]?.toLowerCase() ?? 'id'
}

function nameIn(key: string): string {
  return key.replace(PREFIX, '')
}

function comparable(kind: string, value: string): string {
  const text = value.trim().toLowerCase()
  if (kind === 'e164') return text.replace(/[^0-9]/g, '')
  return kind === 'username' ? text.replace(/^@/, '') : text
}
