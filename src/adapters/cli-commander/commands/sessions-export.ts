import { CliFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { type ExportedMessage, transcriptMarkdown } from '../render/transcript.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface SessionsExportFlags {
  readonly limit?: number
}

const EXPORT_LIMIT = 1000

interface History {
  readonly sessionKey: string
  readonly sessionId?: string
  readonly messages: readonly ExportedMessage[]
}

/** `mayros sessions export <key>`: what was said, for people, or everything that is known of it with `--json`. */
export async function sessionsExport(
  context: CommandContext,
  key: string,
  flags: SessionsExportFlags & SharedFlags,
): Promise<number> {
  const access = await findGateway(context, flags)
  const { timeoutMs } = access
  const history = await withGateway(access, async (client) => {
    const resolved = await client.call<{ key: string }>('sessions.resolve', { key }, { timeoutMs })
    const limit = flags.limit ?? EXPORT_LIMIT
    return client.call<History>('chat.history', { sessionKey: resolved.key, limit }, { timeoutMs })
  })
  if (history.messages.length === 0) throw new CliFailure('not_found', `nothing was said in ${history.sessionKey} yet`)
  if (context.json) context.printJson(history)
  else context.print(transcriptMarkdown(history.sessionKey, history.messages))
  return exitCodes.ok
}
