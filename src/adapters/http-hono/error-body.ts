/** An error as clients of the OpenAI style read it. */
export interface ErrorBody {
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param?: string | null
    readonly code?: string | null
  }
}

export function errorBody(message: string, type: string, code?: string): ErrorBody {
  return { error: { message, type, ...(code === undefined ? {} : { param: null, code }) } }
}
