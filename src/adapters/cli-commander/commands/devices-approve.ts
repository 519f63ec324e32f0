import { printable } from '../../../domain/log/printable.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { type DeviceList, type KnownDevice, listDevices, rolesOf, type WaitingDevice } from '../devices/device-list.js'
import { waitingDevice } from '../devices/lookups.js'
import { exitCodes } from '../exit-codes.js'
import { deviceName, grantLines } from '../render/devices.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface DevicesApproveFlags extends SharedFlags {
  readonly latest?: boolean
  readonly yes?: boolean
}

/**
 * `mayros devices approve [requestId]`: tells what is granted, then grants it. A request that is not named is granted only
 * after a question, or with `--latest --yes`.
 */
export async function devicesApprove(
  context: CommandContext,
  id: string | undefined,
  flags: DevicesApproveFlags,
): Promise<number> {
  refuseContradiction(context, id, flags)
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  await withGateway(access, async (client) => {
    const list = await listDevices(client, timeoutMs)
    const waiting = id === undefined ? unnamed(list, flags) : waitingDevice(list, id)
    const known = list.paired.find(({ deviceId }) => deviceId === waiting.deviceId)
    tell(context, waiting, known)
    if (id === undefined && flags.yes !== true) await ask(context)
    const { device } = await client.call<{ readonly device?: KnownDevice }>(
      'device.pair.approve',
      { requestId: waiting.requestId },
      { timeoutMs },
    )
    const more = grantedBeyond(waiting, known, device)
    if (more.length > 0) context.note(`warning: ${beyondText(waiting, more)}`)
    if (context.json) {
      context.printJson({ ok: true, deviceId: waiting.deviceId, role: waiting.role ?? null })
    } else {
      context.print(`approved ${deviceName(waiting)}`)
    }
  })
  return exitCodes.ok
}

function refuseContradiction({ deps }: CommandContext, id: string | undefined, flags: DevicesApproveFlags): void {
  if (id !== undefined && flags.latest === true) throw new UsageFailure('give either an id or --latest')
  if (id !== undefined || deps.stdin.isTTY || (flags.latest === true && flags.yes === true)) return
  throw new UsageFailure('give the id of the request, or --latest --yes', [
    { label: 'fix', text: 'see: mayros devices list' },
  ])
}

/** The newest of several only when that was asked for. */
function unnamed({ pending }: DeviceList, { latest }: DevicesApproveFlags): WaitingDevice {
  const [newest] = [...pending].sort((a, b) => b.ts - a.ts)
  if (newest === undefined) throw new CliFailure('not_found', 'no device waits for approval')
  if (pending.length === 1 || latest === true) return newest
  throw new CliFailure('ambiguous', `${pending.length} devices wait for approval`, {
    notes: [
      ...pending.map((device) => ({ label: 'note', text: `${device.requestId}  ${deviceName(device)}` }) as const),
      { label: 'fix', text: 'mayros devices approve <id>' },
    ],
    details: { candidates: pending.map(({ requestId }) => requestId) },
  })
}

function tell(context: CommandContext, waiting: WaitingDevice, known: KnownDevice | undefined): void {
  const lines = ['this device gets:', ...grantLines(waiting, known, context.deps.now())]
  if (context.json) for (const line of lines) context.note(line)
  else context.print(lines)
}

async function ask({ deps }: CommandContext): Promise<void> {
  deps.stderr.write('approve? [y/N] ')
  const answer = await deps.stdin.readLine()
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFailure('declined', 'not approved')
}

/** A request may ask for more between being shown and being approved. */
function grantedBeyond(
  waiting: WaitingDevice,
  known: KnownDevice | undefined,
  granted: KnownDevice | undefined,
): readonly string[] {
  if (granted === undefined) return []
  const shown = new Set([...wordsOf(waiting), ...(known === undefined ? [] : wordsOf(known))])
  return wordsOf(granted).filter((word) => !shown.has(word))
}

function wordsOf(device: Pick<KnownDevice, 'role' | 'roles' | 'scopes'>): readonly string[] {
  return [...rolesOf(device), ...(device.scopes ?? [])]
}

function beyondText({ deviceId }: WaitingDevice, more: readonly string[]): string {
  const words = more.map(printable).join(', ')
  return `the device asked for more meanwhile and was granted it: ${words}; undo: mayros devices remove ${deviceId}`
}
