import type { AgentOrder, ReadOrder, WakeMode, WakeOrder } from './hook-order.js'

/** Channels that a webhook may name. */
export const HOOK_CHANNELS = ['last', 'telegram', 'discord', 'slack', 'irc', 'webhook'] as const

export const HOOK_THINKING = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const

/** A day. */
const LONGEST_SECONDS = 86_400

type Fields = Readonly<Record<string, unknown>>

/** Reads the body of `/wake`, or what a mapping made of a request. */
export function readWakeOrder(body: unknown): ReadOrder<WakeOrder> {
  return reading(() => {
    const fields = fieldsOf(body)
    const text = textOf(fields, 'text')
    if (text === undefined) throw new Unfit('text required')
    return { text, mode: modeOf(fields, 'mode') }
  })
}

/** Reads the body of `/agent`, or what a mapping made of a request. */
export function readAgentOrder(body: unknown): ReadOrder<AgentOrder> {
  return reading(() => {
    const fields = fieldsOf(body)
    const message = textOf(fields, 'message')
    if (message === undefined) throw new Unfit('message required')
    const wakeMode = modeOf(fields, 'wakeMode')
    const channel = channelOf(fields)
    return {
      message,
      name: textOf(fields, 'name') ?? 'Hook',
      wakeMode,
      deliver: flagOf(fields, 'deliver') ?? true,
      channel,
      ...optional('agentId', textOf(fields, 'agentId')),
      ...optional('sessionKey', textOf(fields, 'sessionKey')),
      ...optional('to', idOf(fields)),
      ...optional('model', modelOf(fields)),
      ...optional('thinking', thinkingOf(fields)),
      ...optional('timeoutSeconds', secondsOf(fields)),
    }
  })
}

/** What was sent cannot be taken as it is. */
class Unfit extends Error {}

function reading<Order>(read: () => Order): ReadOrder<Order> {
  try {
    return { ok: true, order: read() }
  } catch (thrown) {
    if (thrown instanceof Unfit) return { ok: false, error: thrown.message }
    throw thrown
  }
}

function fieldsOf(body: unknown): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields
  throw new Unfit('a JSON object required')
}

function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined
}

/** Blank is as good as absent. */
function textOf(fields: Fields, name: string): string | undefined {
  const value = fieldOf(fields, name)
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw new Unfit(`${name} must be a text`)
  if (value.includes('\u0000')) throw new Unfit(`${name} must not contain null bytes`)
  return value.trim() === '' ? undefined : value.trim()
}

function modeOf(fields: Fields, name: string): WakeMode {
  const mode = textOf(fields, name) ?? 'now'
  if (mode === 'now' || mode === 'next-heartbeat') return mode
  throw new Unfit(`${name} must be now or next-heartbeat`)
}

function flagOf(fields: Fields, name: string): boolean | undefined {
  const value = fieldOf(fields, name)
  if (value === undefined || typeof value === 'boolean') return value
  throw new Unfit(`${name} must be true or false`)
}

function channelOf(fields: Fields): string {
  const channel = (textOf(fields, 'channel') ?? 'last').toLowerCase()
  if (HOOK_CHANNELS.some((known) => known === channel)) return channel
  throw new Unfit(`channel must be ${HOOK_CHANNELS.join('|')}`)
}

/** Ids of chats are texts or numbers. */
function idOf(fields: Fields): string | undefined {
  const value = fieldOf(fields, 'to')
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return textOf(fields, 'to')
}

function modelOf(fields: Fields): string | undefined {
  const value = fieldOf(fields, 'model')
  if (value === undefined) return undefined
  const model = typeof value === 'string' ? value.trim() : ''
  if (model === '') throw new Unfit('model required')
  return model
}

function thinkingOf(fields: Fields): string | undefined {
  const level = textOf(fields, 'thinking')?.toLowerCase()
  if (level === undefined || HOOK_THINKING.some((known) => known === level)) return level
  throw new Unfit(`thinking must be ${HOOK_THINKING.join('|')}`)
}

function secondsOf(fields: Fields): number | undefined {
  const value = fieldOf(fields, 'timeoutSeconds')
  if (value === undefined) return undefined
  if (typeof value === 'number' && value > 0 && value <= LONGEST_SECONDS) return Math.max(1, Math.floor(value))
  throw new Unfit(`timeoutSeconds must be a number from 1 to ${LONGEST_SECONDS}`)
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value })
}
