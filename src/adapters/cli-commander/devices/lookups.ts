import { deviceName } from '../render/devices.js'
import { byPrefix } from './by-prefix.js'
import { type DeviceList, type KnownDevice, rolesOf, type WaitingDevice } from './device-list.js'

/** @throws CliFailure `not_found` or `ambiguous` */
export function waitingDevice({ pending }: DeviceList, given: string): WaitingDevice {
  return byPrefix(pending, given, {
    what: 'waiting request',
    idOf: ({ requestId }) => requestId,
    describe: (device) => `${device.requestId}  ${deviceName(device)}  ${rolesOf(device).join(', ')}`,
    hint: 'see: mayros devices list   (a request is kept for 5 minutes)',
  })
}

/** @throws CliFailure `not_found` or `ambiguous` */
export function pairedDevice({ paired }: DeviceList, given: string): KnownDevice {
  return byPrefix(paired, given, {
    what: 'paired device',
    idOf: ({ deviceId }) => deviceId,
    describe: (device) => `${device.deviceId}  ${deviceName(device)}`,
    hint: 'see: mayros devices list',
  })
}
