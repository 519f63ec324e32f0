import { basename } from 'node:path'
import { messageOf } from '../../../domain/failure.js'
import { printable } from '../../../domain/log/printable.js'
import { toBase64 } from '../../../domain/media/base64.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { findGateway, type GatewayAccess, withGateway } from '../target/gateway-access.js'

export interface MessageFlags extends SharedFlags {
  readonly message?: string
  readonly media?: string
  readonly channel?: string
  readonly account?: string
  readonly replyTo?: string
  readonly threadId?: string
  readonly silent?: boolean
  readonly dryRun?: boolean
}

export interface MessageSendFlags extends MessageFlags {
  readonly target: string
}

export interface MessageBroadcastFlags extends MessageFlags {
  readonly targets: readonly string[]
}

/** What became of one message. */
interface Sent {
  readonly channel: string
  readonly accountId: string
  readonly messageId?: string
}

/** Delivery is tried several times; the answer may take as long as the gateway goes on. */
const SEND_MS = 120_000

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  txt: 'text/plain',
}

/** `mayros message send`: says something in a chat. */
export async function messageSend(context: CommandContext, flags: MessageSendFlags): Promise<number> {
  const content = await contentOf(context, flags)
  const access = await findGateway(context, flags)
  const { target: to } = flags
  const sent = await deliver(context, access, { ...content, ...placeOf(flags), to }, flags.dryRun === true)
  const { channel, accountId, messageId } = sent
  const isDry = flags.dryRun === true ? { dryRun: true } : {}
  if (context.json) context.printJson({ ok: true, ...isDry, channel, accountId, to, messageId: messageId ?? null })
  else context.print(sentence(sent, to, flags.dryRun === true))
  return exitCodes.ok
}

/** `mayros message broadcast`: the same to several chats; one that fails keeps no other from it. */
export async function messageBroadcast(context: CommandContext, flags: MessageBroadcastFlags): Promise<number> {
  const content = await contentOf(context, flags)
  const access = await findGateway(context, flags)
  const results: object[] = []
  let failures = 0
  for (const to of flags.targets) {
    try {
      const sent = await deliver(context, access, { ...content, ...placeOf(flags), to }, flags.dryRun === true)
      results.push({
        to,
        ok: true,
        channel: sent.channel,
        accountId: sent.accountId,
        messageId: sent.messageId ?? null,
      })
      if (!context.json) context.print(sentence(sent, to, flags.dryRun === true))
    } catch (thrown) {
      if (!(thrown instanceof CliFailure) || thrown.exitCode !== exitCodes.failed) throw thrown
      failures += 1
      results.push({ to, ok: false, error: { code: thrown.code, message: messageOf(thrown) } })
      if (!context.json) context.print(`${printable(to)}: ${printable(messageOf(thrown))}`)
    }
  }
  if (context.json) context.printJson({ ok: failures === 0, results })
  return failures === 0 ? exitCodes.ok : exitCodes.failed
}

async function deliver(
  context: CommandContext,
  access: GatewayAccess,
  params: Readonly<Record<string, unknown>> & { readonly to: string },
  isDry: boolean,
): Promise<Sent> {
  if (isDry) return resolve(access, params)
  const idempotencyKey = context.deps.uuid()
  const timeoutMs = Math.max(access.timeoutMs, SEND_MS)
  return withGateway(access, (client) => client.call<Sent>('send', { ...params, idempotencyKey }, { timeoutMs }))
}

/** Finds out where it would go, and says nothing there. */
async function resolve(
  access: GatewayAccess,
  { to, channel, accountId }: Readonly<Record<string, unknown>> & { readonly to: string },
): Promise<Sent> {
  const where = { ...(channel === undefined ? {} : { channel }), ...(accountId === undefined ? {} : { accountId }) }
  const found = await withGateway(access, (client) =>
    client.call<Sent & { readonly results: readonly { readonly found: boolean }[] }>(
      'channels.resolve',
      { names: [to], ...where },
      { timeoutMs: access.timeoutMs },
    ),
  )
  if (found.results[0]?.found === true) return { channel: found.channel, accountId: found.accountId }
  throw new CliFailure('unknown_target', `${found.channel} knows no chat named ${JSON.stringify(to)}`)
}

async function contentOf(context: CommandContext, { message, media }: MessageFlags): Promise<Record<string, unknown>> {
  const { stdin } = context.deps
  const isPiped = message === '-' || (message === undefined && media === undefined && !stdin.isTTY)
  const text = isPiped ? (await stdin.readAll()).trimEnd() : message
  if ((text ?? '').trim() === '' && media === undefined) throw new UsageFailure('missing -m <text> or --media <file>')
  return {
    ...(text === undefined ? {} : { message: text }),
    ...(media === undefined ? {} : { mediaUrl: await mediaUrlOf(context, media) }),
  }
}

async function mediaUrlOf({ deps }: CommandContext, media: string): Promise<string> {
  if (/^(https?|data):/i.test(media)) return media
  const name = basename(media)
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'
  try {
    const bytes = await deps.readBytes(media)
    return `data:${type};name=${encodeURIComponent(name)};base64,${toBase64(bytes)}`
  } catch (thrown) {
    throw new UsageFailure(`--media: cannot read ${media}: ${messageOf(thrown)}`)
  }
}

function placeOf({ channel, account, replyTo, threadId, silent }: MessageFlags): Record<string, unknown> {
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(account === undefined ? {} : { accountId: account }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(threadId === undefined ? {} : { threadId }),
    ...(silent === true ? { silent } : {}),
  }
}

function sentence({ channel, accountId, messageId }: Sent, to: string, isDry: boolean): string {
  const id = messageId === undefined || messageId === '' ? '' : `  ${printable(messageId)}`
  return `${isDry ? 'would send' : 'sent'} to ${printable(to)} on ${channel}/${accountId}${id}`
}
