import fc from 'fast-check'
import type { ChatMessage } from '../../../src/domain/openai/chat-body.js'

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/)
const textPart = fc.record({ type: fc.constant('text' as const), text: fc.string() })
const refusalPart = fc.record({ type: fc.constant('refusal' as const), refusal: fc.string() })
const imagePart = fc.record({
  type: fc.constant('image_url' as const),
  image_url: fc.oneof(
    fc.webUrl(),
    fc.webUrl().map((url) => ({ url })),
    fc.base64String().map((data) => ({ url: `data:image/png;base64,${data}` })),
  ),
})
const filePart = fc.record({
  type: fc.constant('file' as const),
  file: fc.record({ file_data: fc.base64String(), filename: fc.option(fc.string()) }),
})
const words = fc.oneof(fc.string(), fc.array(fc.oneof(textPart, refusalPart), { maxLength: 3 }))
const named = id.map((name) => ({ type: 'function' as const, function: { name } }))
const toolCall = fc.record({
  id,
  type: fc.constant('function' as const),
  function: fc.record({ name: id, arguments: fc.json() }),
})

/** One message as clients send them, of any role. */
export const chatMessage: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record({ role: fc.constantFrom('system' as const, 'developer' as const), content: words }),
  fc.record({
    role: fc.constant('user' as const),
    content: fc.oneof(fc.string(), fc.array(fc.oneof(textPart, imagePart, filePart), { maxLength: 3 })),
  }),
  fc.record({
    role: fc.constant('assistant' as const),
    content: fc.option(words),
    tool_calls: fc.option(fc.array(toolCall, { maxLength: 2 })),
  }),
  fc.record({ role: fc.constant('tool' as const), tool_call_id: id, content: words }),
  fc.record({ role: fc.constant('function' as const), name: id, content: fc.option(fc.string()) }),
)

const count = fc.integer({ min: 1, max: 100_000 })
const penalty = fc.double({ min: -2, max: 2, noNaN: true })

/** A body that `POST /v1/chat/completions` takes, with any of the fields it knows. */
export const chatRequest = fc.record(
  {
    model: fc.constantFrom('mayros', 'gpt-5', 'mayros:main'),
    messages: fc.array(chatMessage, { minLength: 1, maxLength: 6 }),
    stream: fc.option(fc.boolean()),
    stream_options: fc.option(fc.record({ include_usage: fc.option(fc.boolean()) })),
    user: fc.option(fc.string()),
    tools: fc.option(
      fc.array(
        fc.record({
          type: fc.constant('function' as const),
          function: fc.record(
            { name: id, description: fc.option(fc.string()), parameters: fc.constant({ type: 'object' }) },
            { requiredKeys: ['name'] },
          ),
        }),
        { maxLength: 3 },
      ),
    ),
    tool_choice: fc.oneof(
      fc.constantFrom('auto' as const, 'none' as const, 'required' as const, null),
      named,
      fc.record({
        type: fc.constant('allowed_tools' as const),
        allowed_tools: fc.record({
          mode: fc.constantFrom('auto' as const, 'required' as const),
          tools: fc.array(named, { minLength: 1, maxLength: 3 }),
        }),
      }),
    ),
    max_tokens: fc.option(count),
    max_completion_tokens: fc.option(count),
    temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
    top_p: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    frequency_penalty: fc.option(penalty),
    presence_penalty: fc.option(penalty),
    seed: fc.option(fc.integer()),
    stop: fc.option(fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 4 }))),
    response_format: fc.option(
      fc.oneof(
        fc.constant({ type: 'text' as const }),
        fc.constant({ type: 'json_object' as const }),
        fc.record({
          type: fc.constant('json_schema' as const),
          json_schema: fc.record(
            {
              name: id,
              description: fc.option(fc.string()),
              schema: fc.constant({ type: 'object', properties: {} }),
              strict: fc.option(fc.boolean()),
            },
            { requiredKeys: ['name'] },
          ),
        }),
      ),
    ),
    reasoning_effort: fc.option(fc.constantFrom('none' as const, 'low' as const, 'max' as const)),
    n: fc.constantFrom(1, null),
    logprobs: fc.constantFrom(false, null),
    logit_bias: fc.constantFrom({}, null),
    modalities: fc.constantFrom(['text'], null),
  },
  { requiredKeys: ['model', 'messages'] },
)
