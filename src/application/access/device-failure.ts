import { Failure } from '../../domain/failure.js'

/** Why the registry of devices cannot be used, code by code. */
export const DEVICE_FAILURES = {
  'devices-unreadable': 'the file with the paired devices is damaged or was written by a later version',
} as const

export type DeviceFailureCode = keyof typeof DEVICE_FAILURES

export class DeviceFailure extends Failure {
  override readonly code: DeviceFailureCode

  constructor(code: DeviceFailureCode, message: string) {
    super(code, message)
    this.code = code
  }
}
