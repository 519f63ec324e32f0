/** What can be read out of anything an SDK threw or sent as an error, whoever made it. */
export interface UpstreamError {
  /** The text meant for people; empty when there is none. */
  readonly text: string
  /** Codes, types and error names that were found, joined by spaces, as they were written. */
  readonly codes: string
  readonly status: number | undefined
  /** A code of node or undici, such as ECONNREFUSED. */
  readonly networkCode: string | undefined
  readonly retryAfter: { readonly header: string; readonly unit: 'ms' | 's' } | undefined
}

type Fields = Readonly<Record<string, unknown>>

/** Reads an error without knowing its class. Never throws. */
export function readUpstreamError(error: unknown): UpstreamError {
  const thrown = fieldsOf(error)
  const status = typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined
  const said = saidBy(thrown)
  const codes = [said.code, said.type, said.status, ...reasonsOf(said), thrown.name]
  return {
    text: firstText(said.message, said.detail, said.error, thrown.message, error),
    codes: codes.filter((code) => typeof code === 'string' || typeof code === 'number').join(' '),
    status: status ?? httpStatus(said.code),
    networkCode: networkCodeOf(error),
    retryAfter: retryAfterOf(fieldsOf(thrown.responseHeaders), said),
  }
}

/** The innermost `error` object of a body, a stream frame or the thrown thing itself. */
function saidBy(thrown: Fields): Fields {
  let fields = thrown
  const body = fieldsOf(typeof thrown.responseBody === 'string' ? parsed(thrown.responseBody) : thrown.data)
  if (Object.keys(body).length > 0) fields = body
  for (let depth = 0; depth < 3; depth += 1) {
    const inner = Object.hasOwn(fields, 'response') ? fieldsOf(fields.response).error : fields.error
    if (typeof inner !== 'object' || inner === null) return fields
    fields = inner as Fields
  }
  return fields
}

/** Google says what it means in `details[].reason`. */
function reasonsOf(said: Fields): unknown[] {
  return Array.isArray(said.details) ? said.details.map((detail) => fieldsOf(detail).reason) : []
}

function retryAfterOf(headers: Fields, said: Fields): UpstreamError['retryAfter'] {
  const milliseconds = headers['retry-after-ms']
  if (typeof milliseconds === 'string') return { header: milliseconds, unit: 'ms' }
  const header = headers['retry-after']
  if (typeof header === 'string') return { header, unit: 's' }
  const delays = Array.isArray(said.details) ? said.details.map((detail) => fieldsOf(detail).retryDelay) : []
  const delay = delays.find((candidate): candidate is string => typeof candidate === 'string')
  return delay === undefined ? undefined : { header: delay.replace(/s$/, ''), unit: 's' }
}

/** The first system error on the way down to the cause. */
function networkCodeOf(error: unknown): string | undefined {
  let current = error
  for (let depth = 0; depth < 8 && current instanceof Error; depth += 1) {
    const code: unknown = 'code' in current ? current.code : undefined
    if (typeof code === 'string' && /^(E[A-Z0-9]+|UND_ERR_\w+|HPE_\w+|CERT_\w+|ERR_\w+|\w*CERT\w*|Z_\w+)$/.test(code))
      return code
    current = current instanceof AggregateError ? current.errors[0] : current.cause
  }
  return undefined
}

function httpStatus(code: unknown): number | undefined {
  const status = typeof code === 'string' ? Number(code) : code
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : undefined
}

function firstText(...candidates: unknown[]): string {
  const text = candidates.find(
    (candidate): candidate is string => typeof candidate === 'string' && candidate.trim() !== '',
  )
  return text ?? ''
}

function fieldsOf(value: unknown): Fields {
  if (Array.isArray(value)) return fieldsOf(value[0])
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { message: text.replace(/<[^>]*>/g, ' ') }
  }
}
