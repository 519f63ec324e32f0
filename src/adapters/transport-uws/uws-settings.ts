import type { SocketFiles } from '../../application/ports/socket-files.js'
import {
  type HttpEvents,
  TRANSPORT_DEFAULTS,
  type TransportOptions,
  type TransportTls,
} from '../../application/ports/transport.js'

/** What this adapter can be told besides the settings every transport takes. */
export interface UwsTransportOptions extends TransportOptions {
  /**
   * Seconds without a byte from the client after which it counts as gone; 8-960, or 0 for never. Half of it before
   * that a ping goes out, which clients answer by themselves, so silence of the application is no fault. This is how
   * half-open sockets are found. Default 120.
   */
  readonly idleSeconds?: number
  /** How long a connection that is being closed may make no progress with its queue, in ms. Default 10 000. */
  readonly closePatienceMs?: number
}

/** Options with defaults, checked: the engine reads numbers as signed 32-bit integers and ends the process over some. */
export interface UwsSettings {
  readonly maxMessageBytes: number
  readonly queueCeilingBytes: number
  readonly tls: TransportTls | undefined
  readonly socketFiles: SocketFiles | undefined
  readonly meanwhile: HttpEvents | undefined
  readonly idleSeconds: number
  readonly closePatienceMs: number
  /**
   * The engine cuts larger messages without a word, so its limit lies above ours: what is between them gets its 1009.
   */
  readonly nativeMaxPayloadBytes: number
}

const INT32_MAX = 2 ** 31 - 1
const ROOM_FOR_1009_BYTES = 7 * 1024 * 1024

/** Throws RangeError for a value the engine would misread. */
export function uwsSettings(options: UwsTransportOptions): UwsSettings {
  const settings = {
    maxMessageBytes: options.maxMessageBytes ?? TRANSPORT_DEFAULTS.maxMessageBytes,
    queueCeilingBytes: options.queueCeilingBytes ?? TRANSPORT_DEFAULTS.queueCeilingBytes,
    tls: options.tls,
    socketFiles: options.socketFiles,
    meanwhile: options.meanwhile,
    idleSeconds: options.idleSeconds ?? 120,
    closePatienceMs: options.closePatienceMs ?? 10_000,
  }
  checkInteger('maxMessageBytes', settings.maxMessageBytes, 1, INT32_MAX - ROOM_FOR_1009_BYTES)
  // 0 would mean without limit.
  checkInteger('queueCeilingBytes', settings.queueCeilingBytes, 1, INT32_MAX)
  checkInteger('closePatienceMs', settings.closePatienceMs, 1, INT32_MAX)
  if (settings.idleSeconds !== 0) checkInteger('idleSeconds', settings.idleSeconds, 8, 960)
  return { ...settings, nativeMaxPayloadBytes: settings.maxMessageBytes + ROOM_FOR_1009_BYTES }
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`)
}
