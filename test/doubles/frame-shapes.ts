/*
 * The closed shapes existing clients check every frame against; what does not fit they drop without a trace.
 */
const FRAME_KEYS: Readonly<Record<string, readonly string[]>> = {
  res: ['type', 'id', 'ok', 'payload', 'error'],
  event: ['type', 'event', 'payload', 'seq', 'stateVersion'],
}
const ERROR_KEYS = ['code', 'message', 'details', 'retryable', 'retryAfterMs']
const ERROR_CODES = ['INVALID_REQUEST', 'UNAVAILABLE', 'NOT_PAIRED', 'NOT_LINKED', 'AGENT_TIMEOUT']

/** What is wrong with a frame as it came over the wire; empty when existing clients accept it. */
export function problemsOfFrame(text: string): readonly string[] {
  const frame: unknown = JSON.parse(text)
  if (!isObject(frame)) return ['a frame is an object']
  const keys = FRAME_KEYS[String(frame.type)]
  if (keys === undefined) return [`unknown type ${String(frame.type)}`]
  const problems = unknownKeys(frame, keys, String(frame.type))
  if (frame.type === 'res') problems.push(...problemsOfResponse(frame))
  else problems.push(...problemsOfEvent(frame))
  return problems
}

function problemsOfResponse(frame: Record<string, unknown>): string[] {
  const problems: string[] = []
  if (!isText(frame.id) && typeof frame.id !== 'number') problems.push('id is no non-empty string')
  if (typeof frame.ok !== 'boolean') problems.push('ok is no boolean')
  if (frame.ok === true && 'error' in frame) problems.push('an error beside ok:true')
  if (frame.ok === false && !('error' in frame)) problems.push('no error beside ok:false')
  if ('error' in frame) problems.push(...problemsOfError(frame.error))
  return problems
}

function problemsOfError(error: unknown): string[] {
  if (!isObject(error)) return ['error is no object']
  const problems = unknownKeys(error, ERROR_KEYS, 'error')
  if (!ERROR_CODES.includes(String(error.code))) problems.push(`unknown code ${String(error.code)}`)
  if (!isText(error.message)) problems.push('error.message is no non-empty string')
  if ('retryable' in error && typeof error.retryable !== 'boolean') problems.push('retryable is no boolean')
  if ('retryAfterMs' in error && !isCount(error.retryAfterMs)) problems.push('retryAfterMs is no count')
  return problems
}

function problemsOfEvent(frame: Record<string, unknown>): string[] {
  const problems: string[] = []
  if (!isText(frame.event)) problems.push('event is no non-empty string')
  if ('seq' in frame && !isCount(frame.seq)) problems.push('seq is no count')
  if ('stateVersion' in frame) {
    const version = frame.stateVersion
    if (!isObject(version)) problems.push('stateVersion is no object')
    else {
      problems.push(...unknownKeys(version, ['presence', 'health'], 'stateVersion'))
      if (!isCount(version.presence) || !isCount(version.health)) problems.push('stateVersion lacks a count')
    }
    if (frame.event !== 'presence' && frame.event !== 'health') problems.push(`stateVersion on ${String(frame.event)}`)
  }
  return problems
}

function unknownKeys(value: object, known: readonly string[], where: string): string[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `unknown key ${key} in ${where}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0
}
