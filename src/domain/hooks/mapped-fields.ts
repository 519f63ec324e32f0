import type { HookMapping } from './hook-mapping.js'
import { renderTemplate, type TemplateSource } from './template.js'

/** Fields that a transform may set. */
const AGENT_FIELDS = [
  'message',
  'name',
  'agentId',
  'wakeMode',
  'sessionKey',
  'deliver',
  'channel',
  'to',
  'model',
  'thinking',
  'timeoutSeconds',
] as const
const WAKE_FIELDS = ['text', 'mode'] as const

export interface MappedFields {
  readonly kind: 'wake' | 'agent'
  /** As the body of `/wake` or `/agent`. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Who chose the session: a template that begins with a field leaves the choice to the request. */
  readonly sessionChosenBy: 'request' | 'operator'
}

/**
 * What a mapping makes of a request.
 * @param made what its transform returned, an object whose fields stand over those of the mapping
 * @returns null where the transform asks for something there is not
 */
export function mappedFields(
  mapping: HookMapping,
  source: TemplateSource,
  made: Readonly<Record<string, unknown>> = {},
): MappedFields | null {
  const kind = own(made, 'kind') ?? own(made, 'action') ?? mapping.action ?? 'agent'
  if (kind === 'wake') {
    const fields = { text: contentOf(mapping, source, kind), mode: mapping.wakeMode, ...picked(made, WAKE_FIELDS) }
    return { kind, fields, sessionChosenBy: 'operator' }
  }
  if (kind !== 'agent') return null
  const { name, agentId, wakeMode, sessionKey, deliver, channel, to, model, thinking, timeoutSeconds } = mapping
  const rendered = (text: string | undefined) => (text === undefined ? undefined : renderTemplate(text, source))
  const fields = {
    message: contentOf(mapping, source, kind),
    name: rendered(name) ?? mapping.id ?? source.path,
    sessionKey: rendered(sessionKey),
    to: typeof to === 'string' ? rendered(to) : to,
    ...{ agentId, wakeMode, deliver, channel, model, thinking, timeoutSeconds },
    ...picked(made, AGENT_FIELDS),
  }
  const isOpen = own(made, 'sessionKey') === undefined && /^\s*\{\{/.test(sessionKey ?? '')
  return { kind, fields, sessionChosenBy: isOpen ? 'request' : 'operator' }
}

/** Where the mapping says nothing, the request itself. */
function contentOf(mapping: HookMapping, source: TemplateSource, kind: 'wake' | 'agent'): string {
  const { textTemplate, messageTemplate } = mapping
  const template = kind === 'wake' ? (textTemplate ?? messageTemplate) : (messageTemplate ?? textTemplate)
  return template === undefined ? JSON.stringify(source.payload, null, 2) : renderTemplate(template, source)
}

function picked(made: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.map((name) => [name, own(made, name)] as const).filter(([, value]) => value !== undefined && value !== null),
  )
}

function own(made: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(made, name) ? made[name] : undefined
}
