import type { GatewayConnection } from '../../connection/gateway-connection.js'
import { attempt } from '../../elements/attempt.js'
import { confirmAction } from '../../elements/confirm-action.js'
import { devices } from '../../strings/en/devices.js'
import type { PairedDevice, PendingDevice } from './device.js'
import { deviceName } from './device-name.js'

/** What can be decided about devices; each asks first where it cannot be taken back, and tells what came of it. */
export class DeviceActions {
  readonly #connection: Pick<GatewayConnection, 'request'>

  constructor(connection: Pick<GatewayConnection, 'request'>) {
    this.#connection = connection
  }

  async approve(device: PendingDevice): Promise<void> {
    const name = deviceName(device)
    const isAdmin = device.scopes.includes('operator.admin')
    if (isAdmin && !(await confirmAction(devices.approveAdmin(name), devices.approve, 'plain'))) return
    const { requestId } = device
    await attempt(this.#connection.request('device.pair.approve', { requestId }), devices.approved(name))
  }

  async reject(device: PendingDevice): Promise<void> {
    const { requestId } = device
    const done = devices.rejected(deviceName(device))
    await attempt(this.#connection.request('device.pair.reject', { requestId }), done)
  }

  async remove(device: PairedDevice, isOurs: boolean): Promise<void> {
    const { deviceId } = device
    const name = deviceName(device)
    const question = isOurs ? devices.removeSelf : devices.removeAsk(name)
    if (!(await confirmAction(question, devices.remove))) return
    await attempt(this.#connection.request('device.pair.remove', { deviceId }), devices.removed(name))
  }

  async revoke(device: PairedDevice, role: string): Promise<void> {
    const { deviceId } = device
    const name = deviceName(device)
    if (!(await confirmAction(devices.revokeAsk(name), devices.revoke))) return
    await attempt(this.#connection.request('device.token.revoke', { deviceId, role }), devices.revokedDone(name))
  }

  /** Returns the new token; null when there is none. */
  async rotate(device: PairedDevice, role: string): Promise<string | null> {
    const { deviceId } = device
    if (!(await confirmAction(devices.rotateAsk(deviceName(device)), devices.rotate, 'plain'))) return null
    type Answer = { readonly token: string }
    const answer = await attempt(this.#connection.request<Answer>('device.token.rotate', { deviceId, role }))
    return answer?.token ?? null
  }
}
