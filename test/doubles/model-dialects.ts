import type { ModelSpeech, SpokenCall } from './model-server.js'

export type Dialect = 'openai-completions' | 'openai-responses' | 'anthropic-messages' | 'google-generative-ai'

/** Which dialect a request is made in, by its path. */
export function dialectOf(path: string): Dialect {
  if (path.includes('/chat/completions')) return 'openai-completions'
  if (path.includes('/responses')) return 'openai-responses'
  return path.includes(':streamGenerateContent') ? 'google-generative-ai' : 'anthropic-messages'
}

/** The events of an answer: everything that is said, and the events that end it. Usage is 7 tokens in, 5 out. */
export function eventsOf(dialect: Dialect, speech: ModelSpeech): { readonly body: string[]; readonly end: string[] } {
  switch (dialect) {
    case 'openai-completions':
      return completions(speech)
    case 'openai-responses':
      return responses(speech)
    case 'anthropic-messages':
      return anthropic(speech)
    case 'google-generative-ai':
      return google(speech)
  }
}

function callsOf({ toolCall, toolCalls = [] }: ModelSpeech): readonly SpokenCall[] {
  return toolCall === undefined ? toolCalls : [toolCall, ...toolCalls]
}

function argumentsText({ text, arguments: args }: SpokenCall): string {
  return text ?? JSON.stringify(args)
}

function completions(speech: ModelSpeech) {
  const { text = [], thinking = [], finish = 'stop' } = speech
  const chunk = (delta: unknown, finish_reason: string | null = null) =>
    event({
      id: 'c1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, finish_reason }],
    })
  const calls = callsOf(speech).map((call, index) => ({
    index,
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: argumentsText(call) },
  }))
  const reason = calls.length > 0 ? 'tool_calls' : finish === 'filtered' ? 'content_filter' : finish
  const usage = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 }
  return {
    body: [
      chunk({ role: 'assistant', content: '' }),
      ...thinking.map((delta) => chunk({ reasoning_content: delta })),
      ...text.map((delta) => chunk({ content: delta })),
      ...(calls.length === 0 ? [] : [chunk({ tool_calls: calls })]),
    ],
    end: [chunk({}, reason), event({ id: 'c1', created: 1, model: 'm', choices: [], usage }), 'data: [DONE]\n\n'],
  }
}

function responses(speech: ModelSpeech) {
  const { text = [], thinking = [], finish = 'stop' } = speech
  const item = { type: 'message', id: 'msg_1', status: 'in_progress', role: 'assistant', content: [] }
  const calls = callsOf(speech).map((call, index) => ({
    type: 'function_call',
    id: `fc_${index + 1}`,
    status: 'completed',
    call_id: call.id,
    name: call.name,
    arguments: argumentsText(call),
  }))
  const reason = finish === 'length' ? 'max_output_tokens' : 'content_filter'
  const incomplete_details = finish === 'stop' ? null : { reason }
  const usage = { input_tokens: 7, output_tokens: 5, total_tokens: 12 }
  const events = [
    { type: 'response.created', response: { id: 'resp_1', created_at: 1, model: 'm' } },
    ...(thinking.length === 0
      ? []
      : [{ type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs_1' } }]),
    ...thinking.map((delta) => ({
      type: 'response.reasoning_summary_text.delta',
      item_id: 'rs_1',
      summary_index: 0,
      delta,
    })),
    { type: 'response.output_item.added', output_index: 1, item },
    ...text.map((delta) => ({
      type: 'response.output_text.delta',
      item_id: 'msg_1',
      output_index: 1,
      content_index: 0,
      delta,
    })),
    ...calls.flatMap((call, index) => [
      { type: 'response.output_item.added', output_index: 2 + index, item: { ...call, arguments: '' } },
      { type: 'response.output_item.done', output_index: 2 + index, item: call },
    ]),
  ]
  const type = finish === 'stop' ? 'response.completed' : 'response.incomplete'
  return { body: events.map(named), end: [named({ type, response: { incomplete_details, usage } })] }
}

function anthropic(speech: ModelSpeech) {
  const { text = [], thinking = [], finish = 'stop' } = speech
  const calls = callsOf(speech)
  const delta = (index: number, content: unknown) => ({ type: 'content_block_delta', index, delta: content })
  const block = (index: number, content_block: unknown, deltas: unknown[]) => [
    { type: 'content_block_start', index, content_block },
    ...(deltas as { type: string }[]),
    { type: 'content_block_stop', index },
  ]
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
  }
  const events = [
    { type: 'message_start', message: { ...message, usage: { input_tokens: 7, output_tokens: 1 } } },
    ...(thinking.length === 0
      ? []
      : block(0, { type: 'thinking', thinking: '' }, [
          ...thinking.map((each) => delta(0, { type: 'thinking_delta', thinking: each })),
          delta(0, { type: 'signature_delta', signature: 'signed-by-the-house' }),
        ])),
    ...block(
      1,
      { type: 'text', text: '' },
      text.map((each) => delta(1, { type: 'text_delta', text: each })),
    ),
    ...calls.flatMap((call, index) =>
      block(2 + index, { type: 'tool_use', id: call.id, name: call.name, input: {} }, [
        delta(2 + index, { type: 'input_json_delta', partial_json: argumentsText(call) }),
      ]),
    ),
  ]
  const reason = finish === 'length' ? 'max_tokens' : finish === 'filtered' ? 'refusal' : 'end_turn'
  const stop_reason = calls.length === 0 ? reason : 'tool_use'
  return {
    body: events.map(named),
    end: [
      { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ].map(named),
  }
}

function google(speech: ModelSpeech) {
  const { text = [], thinking = [], finish = 'stop' } = speech
  const chunk = (part: unknown, more: object = {}) =>
    event({ candidates: [{ content: { parts: part === null ? [] : [part], role: 'model' }, index: 0, ...more }] })
  const finishReason = finish === 'length' ? 'MAX_TOKENS' : finish === 'filtered' ? 'SAFETY' : 'STOP'
  const candidates = [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason, index: 0 }]
  return {
    body: [
      ...thinking.map((each) => chunk({ text: each, thought: true })),
      ...text.map((each) => chunk({ text: each })),
      ...callsOf(speech).map((call) => chunk({ functionCall: { name: call.name, args: call.arguments } })),
    ],
    end: [event({ candidates, usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 5, totalTokenCount: 12 } })],
  }
}

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

function named(value: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${value.type}\n${event(value)}`
}
