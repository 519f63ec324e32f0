import { Failure } from '../failure.js'

/** Why a request in the dialect of OpenAI is refused before any model is asked, code by code. */
export const OPENAI_REFUSALS = {
  invalid_request: 'the body is not what the endpoint understands; the message names the place',
  unsupported_parameter: 'the body asks for something that is not offered here',
  invalid_tool: 'a tool, or the choice of one, makes no sense',
  invalid_input_file: 'a picture or file in the input cannot be used',
  model_not_found: 'there is no such agent',
  session_not_allowed: 'the session belongs to another agent',
  response_not_found: 'there is no such response: it never was, was not stored, was deleted or has expired',
} as const

export type OpenAiRefusalCode = keyof typeof OPENAI_REFUSALS

/** A request that is answered with an error of the OpenAI shape. */
export class OpenAiRefusal extends Failure {
  override readonly code: OpenAiRefusalCode
  /** The place in the body: `input[0].content`; null where there is none. */
  readonly param: string | null

  constructor(code: OpenAiRefusalCode, message: string, param: string | null = null, cause?: unknown) {
    super(code, message, { cause })
    this.code = code
    this.param = param
  }
}
