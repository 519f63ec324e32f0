import type { CommandContext, SharedFlags } from '../command-context.js'
import { listDevices } from '../devices/device-list.js'
import { exitCodes } from '../exit-codes.js'
import { deviceLines, deviceListDocument } from '../render/devices.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

/** `mayros devices list`: who waits and who is paired. */
export async function devicesList(context: CommandContext, flags: SharedFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const list = await withGateway(access, (client) => listDevices(client, access.timeoutMs))
  if (context.json) context.printJson(deviceListDocument(list))
  else context.print(deviceLines(list, context.deps.now(), context.deps.stdout.isTTY))
  return exitCodes.ok
}
