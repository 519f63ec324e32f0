import { explainIssue } from './explain-issue.js'
import { OpenAiRefusal } from './openai-refusal.js'
import { type ResponsesBody, responsesBody, unsupportedIn } from './responses-body.js'
import { withItemTypes } from './responses-items.js'

/** @throws OpenAiRefusal naming the first place that is wrong, or the first thing that cannot be done here */
export function readResponsesBody(value: unknown): ResponsesBody {
  const parsed = responsesBody().safeParse(withItemTypes(value))
  if (!parsed.success) {
    const { message, param } = explainIssue(parsed.error)
    throw new OpenAiRefusal('invalid_request', message, param)
  }
  const unsupported = unsupportedIn(parsed.data)
  if (unsupported !== null) {
    throw new OpenAiRefusal(
      'unsupported_parameter',
      `Unsupported parameter: '${unsupported}' is not offered here.`,
      unsupported,
    )
  }
  return parsed.data
}
