import { printable } from '../../../domain/log/printable.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { withPairing } from '../pairing/pairing-access.js'
import type { CodeParams, ResolvedSender } from '../pairing/pairing-desk.js'
import { pairingLines } from '../render/pairing.js'

export interface PairingCodeFlags extends SharedFlags {
  readonly account?: string
  readonly notify?: boolean
}

/** `mayros pairing list [channel]`. */
export async function pairingList(
  context: CommandContext,
  channel: string | undefined,
  flags: SharedFlags,
): Promise<number> {
  const list = await withPairing(context, flags, (desk) => desk.list(channel))
  if (context.json) context.printJson({ ok: true, ...list })
  else context.print(pairingLines(list, context.deps.now()))
  return exitCodes.ok
}

/** `mayros pairing approve [channel] <code>`: lets a sender in. */
export async function pairingApprove(
  context: CommandContext,
  first: string,
  second: string | undefined,
  flags: PairingCodeFlags,
): Promise<number> {
  const sender = await withPairing(context, flags, (desk) => {
    if (flags.notify === true && desk.isOffline) context.note('warning: no gateway runs, the sender is not told')
    const notify = flags.notify === true && !desk.isOffline
    return desk.approve({ ...codeOf(first, second, flags), ...(notify ? { notify } : {}) })
  })
  if (sender.problem !== undefined) context.note(`warning: the sender was not told: ${printable(sender.problem)}`)
  tell(context, 'approved', sender)
  return exitCodes.ok
}

/** `mayros pairing reject [channel] <code>`: turns a sender down. */
export async function pairingReject(
  context: CommandContext,
  first: string,
  second: string | undefined,
  flags: PairingCodeFlags,
): Promise<number> {
  tell(context, 'rejected', await withPairing(context, flags, (desk) => desk.reject(codeOf(first, second, flags))))
  return exitCodes.ok
}

/** `mayros pairing revoke <channel> <id>`: takes an approval back. */
export async function pairingRevoke(
  context: CommandContext,
  channel: string,
  senderId: string,
  flags: PairingCodeFlags,
): Promise<number> {
  const account = flags.account === undefined ? {} : { accountId: flags.account }
  const revoked = await withPairing(context, flags, (desk) => desk.revoke({ channel, senderId, ...account }))
  if (context.json) context.printJson({ ok: true, channel, senderId, revoked })
  else context.print(`${printable(senderId)} may not write to ${printable(channel)} any more`)
  return exitCodes.ok
}

/** The code alone is enough: it is unique among those that wait. */
function codeOf(first: string, second: string | undefined, { account }: PairingCodeFlags): CodeParams {
  if (first.trim() === '' || second?.trim() === '') throw new UsageFailure('the code is empty')
  const where = second === undefined ? { code: first } : { channel: first, code: second }
  return { ...where, ...(account === undefined ? {} : { accountId: account }) }
}

function tell(context: CommandContext, decision: string, { channel, accountId, senderId, ...sender }: ResolvedSender) {
  if (context.json) {
    const notified = sender.notified === undefined ? {} : { notified: sender.notified }
    return context.printJson({ ok: true, decision, channel, accountId, senderId, ...notified })
  }
  const name = sender.name === undefined ? '' : ` (${printable(sender.name)})`
  context.print(`${decision} ${printable(senderId)}${name} on ${printable(channel)}/${printable(accountId)}`)
}
