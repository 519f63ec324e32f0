import { type ChatBody, chatBody } from './chat-body.js'
import { explainIssue } from './explain-issue.js'
import { OpenAiRefusal } from './openai-refusal.js'

/** @throws OpenAiRefusal naming the first place that is wrong, or the first thing that cannot be done here */
export function readChatBody(value: unknown): ChatBody {
  const parsed = chatBody().safeParse(value)
  if (!parsed.success) {
    const { message, param } = explainIssue(parsed.error)
    throw new OpenAiRefusal('invalid_request', message, param)
  }
  const { data } = parsed
  if (data.n !== null && data.n !== undefined && data.n !== 1) {
    throw new OpenAiRefusal(
      'unsupported_parameter',
      'n: one answer is given to a request; leave n out or set it to 1.',
      'n',
    )
  }
  const unsupported = unsupportedIn(data)
  if (unsupported === undefined) return data
  throw new OpenAiRefusal(
    'unsupported_parameter',
    `Unsupported parameter: '${unsupported}' is not offered here.`,
    unsupported,
  )
}

/** What would change the answer and cannot be done; what asks for nothing is left alone. */
function unsupportedIn(body: ChatBody): string | undefined {
  const asked: Readonly<Record<string, boolean>> = {
    logprobs: body.logprobs === true,
    top_logprobs: (body.top_logprobs ?? 0) > 0,
    logit_bias: Object.keys(body.logit_bias ?? {}).length > 0,
    modalities: (body.modalities ?? []).some((modality) => modality !== 'text'),
    audio: isGiven(body.audio),
    functions: isGiven(body.functions),
    function_call: isGiven(body.function_call),
    web_search_options: isGiven(body.web_search_options),
  }
  return Object.keys(asked).find((name) => asked[name] === true)
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined
}
