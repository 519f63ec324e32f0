import type { CommandContext, SharedFlags } from '../command-context.js'
import { listDevices } from '../devices/device-list.js'
import { pairedDevice, waitingDevice } from '../devices/lookups.js'
import { exitCodes } from '../exit-codes.js'
import { deviceName } from '../render/devices.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

/** `mayros devices reject <requestId>`: turns a waiting device down. */
export async function devicesReject(context: CommandContext, id: string, flags: SharedFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const device = await withGateway(access, async (client) => {
    const waiting = waitingDevice(await listDevices(client, timeoutMs), id)
    await client.call('device.pair.reject', { requestId: waiting.requestId }, { timeoutMs })
    return waiting
  })
  if (context.json) context.printJson({ ok: true, deviceId: device.deviceId, role: device.role ?? null })
  else context.print(`rejected ${deviceName(device)}`)
  return exitCodes.ok
}

/** `mayros devices remove <deviceId>`: forgets a device; its connections end. */
export async function devicesRemove(context: CommandContext, id: string, flags: SharedFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const device = await withGateway(access, async (client) => {
    const known = pairedDevice(await listDevices(client, timeoutMs), id)
    await client.call('device.pair.remove', { deviceId: known.deviceId }, { timeoutMs })
    return known
  })
  if (context.json) context.printJson({ ok: true, deviceId: device.deviceId, role: device.role ?? null })
  else context.print(`removed ${deviceName(device)}; its connections are closed`)
  return exitCodes.ok
}
