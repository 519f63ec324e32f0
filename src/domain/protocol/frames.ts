import { jsonText } from './raw-json.js'
import type { ErrorShape } from './refusal.js'

/** Counters that ride on `presence` and `health` events. */
export interface StateVersion {
  readonly presence: number
  readonly health: number
}

/*
 * Clients drop a frame with a key they do not know, or with an explicit null where a key should be absent, without
 * a trace. So frames are assembled here and nowhere else, from exactly the keys the protocol has.
 */

/** Text of a response that succeeded. */
export function okResponse(id: string, payload: unknown): string {
  return payload === undefined
    ? `{"type":"res","id":${JSON.stringify(id)},"ok":true}`
    : `{"type":"res","id":${JSON.stringify(id)},"ok":true,"payload":${jsonText(payload)}}`
}

/** Text of a response that failed; `id` may be the number a confused client sent. */
export function errorResponse(id: string | number, error: ErrorShape, payload?: unknown): string {
  const extra = payload === undefined ? '' : `,"payload":${jsonText(payload)}`
  return `{"type":"res","id":${JSON.stringify(id)},"ok":false${extra},"error":${JSON.stringify(error)}}`
}

/** Text of an event for one client only; such events carry no sequence number. */
export function targetedEvent(event: string, payload: unknown): string {
  return `{"type":"event","event":"${event}","payload":${jsonText(payload)}}`
}

/** The part of a broadcast event that is the same for all audiences; complete it with `sequencedEvent`. */
export function eventHead(event: string, payload: unknown, stateVersion?: StateVersion): string {
  const version =
    stateVersion === undefined
      ? ''
      : `,"stateVersion":{"presence":${stateVersion.presence},"health":${stateVersion.health}}`
  return `{"type":"event","event":"${event}","payload":${jsonText(payload)}${version}`
}

/** Text of a broadcast event for one audience. */
export function sequencedEvent(head: string, seq: number): string {
  return `${head},"seq":${seq}}`
}
