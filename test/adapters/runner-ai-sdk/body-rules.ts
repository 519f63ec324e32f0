/**
 * What the four dialects refuse in the body of a request, written from their published references and the texts of
 * their refusals; knows nothing of how we make requests.
 */
export type Body = Readonly<Record<string, unknown>>

type Item = Readonly<Record<string, unknown>>

/** Everything that would be refused, in words. Empty = accepted. */
export function bodyRefusals(api: keyof typeof READERS, body: Body, images: boolean): readonly string[] {
  const refusals = READERS[api](body)
  const text = JSON.stringify(body)
  if (/\\ud[89a-f][0-9a-f]{2}/.test(text)) refusals.push('half a character')
  if (!images && /"(image_url|input_image|inlineData|image)"/.test(text)) refusals.push('a picture for a blind model')
  return refusals
}

const READERS = {
  'openai-completions': completionsRefusals,
  'openai-responses': responsesRefusals,
  'anthropic-messages': anthropicRefusals,
  'google-generative-ai': googleRefusals,
} as const

/** "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'." */
function completionsRefusals(body: Body): string[] {
  const refusals: string[] = []
  const messages = list(body.messages).filter(({ role }) => role !== 'system')
  const awaited = new Set<string>()
  const seen = new Set<string>()
  if (messages[0]?.role !== 'user') refusals.push(`begins with ${messages[0]?.role}`)
  for (const message of messages) {
    const { role } = message
    if (role === 'tool') {
      const id = String(message.tool_call_id)
      if (!awaited.delete(id)) refusals.push(`a tool message without its call: ${id}`)
      if (typeof message.content !== 'string' || message.content === '') refusals.push('a tool message without text')
      continue
    }
    if (awaited.size > 0) refusals.push(`calls without results before ${role}: ${[...awaited].join(', ')}`)
    awaited.clear()
    const calls = list(message.tool_calls)
    const parts =
      typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : list(message.content)
    if (calls.length === 0) refusals.push(...textRefusals(parts))
    for (const call of calls) {
      const asked = call.function as Item
      refusals.push(...nameRefusals(call.id, /^.{1,40}$/s, asked.name, /^[a-zA-Z0-9_-]{1,64}$/, seen))
      if (!isObject(JSON.parse(String(asked.arguments)))) refusals.push('arguments that are no object')
      awaited.add(String(call.id))
    }
  }
  if (awaited.size > 0) refusals.push('calls without results at the end')
  if (!['user', 'tool'].includes(String(messages.at(-1)?.role))) refusals.push('ends with the assistant')
  return refusals
}

/** "No tool output found for function call …"; "No tool call found for function call output …". */
function responsesRefusals(body: Body): string[] {
  const refusals: string[] = []
  const items = list(body.input).filter(({ role }) => role !== 'system' && role !== 'developer')
  const awaited = new Set<string>()
  const seen = new Set<string>()
  if (items[0]?.role !== 'user') refusals.push(`begins with ${items[0]?.role ?? items[0]?.type}`)
  for (const item of items) {
    if (item.type === 'function_call') {
      refusals.push(...nameRefusals(item.call_id, /^.{1,64}$/s, item.name, /^[a-zA-Z0-9_-]{1,64}$/, seen))
      if (!isObject(JSON.parse(String(item.arguments)))) refusals.push('arguments that are no object')
      awaited.add(String(item.call_id))
    } else if (item.type === 'function_call_output') {
      if (!awaited.delete(String(item.call_id))) refusals.push(`an output without its call: ${item.call_id}`)
      const output = typeof item.output === 'string' ? [{ type: 'text', text: item.output }] : list(item.output)
      refusals.push(...textRefusals(output))
    } else if (item.role === 'user' || item.role === 'assistant') {
      if (awaited.size > 0) refusals.push(`calls without results before ${item.role}`)
      refusals.push(...textRefusals(list(item.content)))
    } else refusals.push(`an item that refers to something stored: ${JSON.stringify(item)}`)
  }
  if (awaited.size > 0) refusals.push('calls without results at the end')
  return refusals
}

/**
 * "roles must alternate", "text content blocks must be non-empty", "text content blocks must contain non-whitespace
 * text", "`tool_use` ids were found without `tool_result` blocks immediately after", "`tool_use` ids must be unique",
 * "String should match pattern '^[a-zA-Z0-9_-]+$'", "messages: first message must use the user role".
 */
function anthropicRefusals(body: Body): string[] {
  const refusals: string[] = []
  const messages = list(body.messages)
  const seen = new Set<string>()
  let awaited: string[] = []
  if (messages[0]?.role !== 'user') refusals.push(`begins with ${messages[0]?.role}`)
  messages.forEach((message, at) => {
    if (message.role === messages[at - 1]?.role) refusals.push(`${message.role} follows its like`)
    const blocks = list(message.content)
    refusals.push(...textRefusals(blocks))
    const results = blocks.filter(({ type }) => type === 'tool_result')
    const given = results.map((result) => String(result.tool_use_id))
    if (JSON.stringify(given) !== JSON.stringify(awaited)) refusals.push(`results ${given} for calls ${awaited}`)
    if (blocks.slice(0, results.length).some(({ type }) => type !== 'tool_result')) refusals.push('results behind text')
    for (const { content } of results) {
      refusals.push(...textRefusals(typeof content === 'string' ? [{ type: 'text', text: content }] : list(content)))
    }
    awaited = []
    for (const block of blocks) {
      if (block.type === 'thinking') refusals.push('a thought without its signature')
      if (block.type !== 'tool_use') continue
      if (message.role !== 'assistant') refusals.push('a call of the user')
      refusals.push(...nameRefusals(block.id, /^[a-zA-Z0-9_-]+$/, block.name, /^[a-zA-Z0-9_-]{1,128}$/, seen))
      if (!isObject(block.input)) refusals.push('an input that is no object')
      awaited.push(String(block.id))
    }
  })
  if (awaited.length > 0) refusals.push('calls without results at the end')
  if (messages.at(-1)?.role !== 'user') refusals.push('ends with the assistant')
  return refusals
}

/**
 * "Please ensure that function call turn comes immediately after a user turn or after a function response turn", "the
 * number of function response parts is equal to the number of function call parts", "contents.parts must not be empty".
 */
function googleRefusals(body: Body): string[] {
  const refusals: string[] = []
  const contents = list(body.contents)
  if (contents[0]?.role !== 'user') refusals.push(`begins with ${contents[0]?.role}`)
  let awaited: string[] = []
  contents.forEach((content, at) => {
    const parts = list(content.parts)
    if (parts.length === 0) refusals.push('no parts')
    for (const { text } of parts) if (typeof text === 'string' && text.trim() === '') refusals.push('blank text')
    if (content.role === contents[at - 1]?.role && content.role === 'model') refusals.push('model follows model')
    const given = parts.flatMap(({ functionResponse }) =>
      isObject(functionResponse) ? [functionResponse as Item] : [],
    )
    if (JSON.stringify(given.map(({ name }) => name)) !== JSON.stringify(awaited)) refusals.push('results do not match')
    if (given.some(({ response }) => !isObject(response))) refusals.push('a response that is no object')
    awaited = parts.flatMap(({ functionCall }) => {
      if (!isObject(functionCall)) return []
      const { name, args } = functionCall as Item
      if (content.role !== 'model') refusals.push('a call of the user')
      if (!/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/.test(String(name))) refusals.push(`name ${name}`)
      if (!isObject(args)) refusals.push('args that are no object')
      return [String(name)]
    })
  })
  if (awaited.length > 0) refusals.push('calls without results at the end')
  if (contents.at(-1)?.role !== 'user') refusals.push('ends with the model')
  return refusals
}

function textRefusals(parts: readonly Item[]): string[] {
  if (parts.length === 0) return ['no content']
  return parts.flatMap(({ text }) => (typeof text === 'string' && text.trim() === '' ? ['blank text'] : []))
}

function nameRefusals(id: unknown, idPattern: RegExp, name: unknown, namePattern: RegExp, seen: Set<string>): string[] {
  const text = String(id)
  const isRepeated = seen.has(text)
  seen.add(text)
  return [
    ...(idPattern.test(text) ? [] : [`call id ${text}`]),
    ...(namePattern.test(String(name)) ? [] : [`tool name ${name}`]),
    ...(isRepeated ? [`call id ${text} occurs again`] : []),
  ]
}

function list(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
