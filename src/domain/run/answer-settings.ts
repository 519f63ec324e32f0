/** Which of the caller's tools the model may or must ask for. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

/** What shape the text of the answer must have. */
export type AnswerFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema'
      readonly name: string
      readonly description?: string
      readonly schema: Readonly<Record<string, unknown>>
      readonly strict?: boolean
    }

/** How the model is to answer; what is absent is the model's own default. */
export interface AnswerSettings {
  /** Longest answer, in tokens. */
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly seed?: number
  /** The answer ends in front of the first of these. */
  readonly stop?: readonly string[]
  readonly format?: AnswerFormat
}

/** A tool that whoever asked carries out itself. */
export interface ClientTool {
  readonly name: string
  readonly description: string
  /** JSON Schema of the arguments, an object. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** The model asks for a tool of the caller. */
export interface ClientToolCall {
  readonly id: string
  readonly name: string
  /** JSON text of the arguments, an object unless the model wrote nonsense. */
  readonly arguments: string
}
