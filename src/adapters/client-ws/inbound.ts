import type { GatewayEvent } from '../../application/ports/gateway-client.js'
import type { ErrorShape } from '../../domain/protocol/refusal.js'

/** A frame a gateway may send. */
export type Inbound =
  | { readonly kind: 'response'; readonly id: string; readonly ok: true; readonly payload: unknown }
  | {
      readonly kind: 'response'
      readonly id: string
      readonly ok: false
      readonly payload: unknown
      readonly error: ErrorShape
    }
  | { readonly kind: 'event'; readonly event: GatewayEvent }

/** Reads one message; null when it is no frame of protocol v3. */
export function readInbound(text: string): Inbound | null {
  const frame = parseObject(text)
  if (frame === null) return null
  if (frame.type === 'res' && typeof frame.id === 'string') return readResponse(frame.id, frame)
  if (frame.type === 'event' && typeof frame.event === 'string') return { kind: 'event', event: frame as never }
  return null
}

function readResponse(id: string, frame: Record<string, unknown>): Inbound | null {
  if (frame.ok === true) return { kind: 'response', id, ok: true, payload: frame.payload }
  if (frame.ok !== false) return null
  const error = frame.error as Partial<ErrorShape> | undefined
  return {
    kind: 'response',
    id,
    ok: false,
    payload: frame.payload,
    error: { ...error, code: error?.code ?? 'UNAVAILABLE', message: error?.message ?? 'no reason given' },
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}
