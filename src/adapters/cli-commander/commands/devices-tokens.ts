import { firstUncovered } from '../../../domain/access/scope-cover.js'
import type { Role } from '../../../domain/access/scopes.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { type KnownDevice, listDevices } from '../devices/device-list.js'
import { pairedDevice } from '../devices/lookups.js'
import { exitCodes } from '../exit-codes.js'
import { deviceName } from '../render/devices.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface DevicesRevokeFlags extends SharedFlags {
  /** Id or its beginning. */
  readonly device: string
  readonly role: Role
}

export interface DevicesRotateFlags extends DevicesRevokeFlags {
  readonly scope?: readonly string[]
  readonly yes?: boolean
}

/** `mayros devices rotate`: the old token ends, the new one is on stdout and nowhere else. */
export async function devicesRotate(context: CommandContext, flags: DevicesRotateFlags): Promise<number> {
  const { role, scope } = flags
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const [device, rotated] = await withGateway(access, async (client) => {
    const known = pairedDevice(await listDevices(client, timeoutMs), flags.device)
    refuseGrowth(known, flags)
    const params = { deviceId: known.deviceId, role, ...(scope === undefined ? {} : { scopes: scope }) }
    const result = await client.call<{ readonly token: string; readonly scopes?: readonly string[] }>(
      'device.token.rotate',
      params,
      { timeoutMs },
    )
    return [known, result] as const
  })
  const { token, scopes = [] } = rotated
  if (context.json) {
    context.printJson({ ok: true, deviceId: device.deviceId, role, scopes, token })
    return exitCodes.ok
  }
  context.note(`rotated the ${role} token of ${deviceName(device)} (${scopes.join(', ') || 'no scopes'})`)
  context.note('the new token is shown this once:')
  context.print(token)
  return exitCodes.ok
}

/** `mayros devices revoke`: the token ends at once, and so do the connections that came with it. */
export async function devicesRevoke(context: CommandContext, flags: DevicesRevokeFlags): Promise<number> {
  const { role } = flags
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const device = await withGateway(access, async (client) => {
    const known = pairedDevice(await listDevices(client, timeoutMs), flags.device)
    await client.call('device.token.revoke', { deviceId: known.deviceId, role }, { timeoutMs })
    return known
  })
  if (context.json) context.printJson({ ok: true, deviceId: device.deviceId, role })
  else context.print(`revoked the ${role} token of ${deviceName(device)}`)
  return exitCodes.ok
}

function refuseGrowth({ tokens = [] }: KnownDevice, { role, scope = [], yes }: DevicesRotateFlags): void {
  if (yes === true) return
  const current = tokens.find((token) => token.role === role)?.scopes ?? []
  const added = firstUncovered(role, current, scope)
  if (added === undefined) return
  throw new UsageFailure(`the token does not have ${added} now; to let it grow, add --yes`)
}
