import { ClientFailure, type GatewayClient } from '../../../application/ports/gateway-client.js'
import { formatDuration } from '../../../application/start/format-duration.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface DashboardFlags extends SharedFlags {
  /** False with `--no-open`. */
  readonly open?: boolean
}

interface Ticket {
  readonly token: string
  readonly expiresAtMs: number
  /** Where the Control UI is mounted, with a slash at the end. */
  readonly path: string
  readonly enabled: boolean
}

/**
 * `mayros dashboard`: the address of the Control UI with a token that lets one browser in once, in the fragment, which is
 * never sent to a server. Without a gateway there is no address.
 */
export async function dashboard(context: CommandContext, flags: DashboardFlags): Promise<number> {
  const access = await findGateway(context, flags)
  const ticket = await withGateway(access, (client) => ticketFrom(client, access.timeoutMs))
  if (ticket?.enabled === false) {
    throw new CliFailure('disabled', 'the Control UI is switched off', {
      notes: [{ label: 'fix', text: 'mayros config set gateway.controlUi.enabled true' }],
    })
  }
  const page = new URL(access.target.url.replace(/^ws/, 'http'))
  page.pathname = ticket?.path ?? '/'
  if (ticket !== null) page.hash = `token=${ticket.token}`
  const url = page.href
  const opened = flags.open === false || context.json ? false : await context.deps.openBrowser(url)
  const expiresAt = ticket === null ? null : new Date(ticket.expiresAtMs).toISOString()
  if (context.json) context.printJson({ url, token: ticket !== null, expiresAt })
  else {
    context.print(url)
    if (ticket === null)
      context.note('the gateway is of a version without one-time tokens; the page asks for the token')
    else context.note(`for one browser, once, within ${formatDuration(ticket.expiresAtMs - context.deps.now())}`)
    if (!opened && flags.open !== false) context.note('no browser could be opened from here; open the address yourself')
  }
  return exitCodes.ok
}

/** Null from a gateway that does not know of tickets. */
async function ticketFrom(client: GatewayClient, timeoutMs: number): Promise<Ticket | null> {
  try {
    return await client.call<Ticket>('login.ticket', {}, { timeoutMs })
  } catch (thrown) {
    const isUnknown = thrown instanceof ClientFailure && thrown.code === 'rpc' && /unknown method/i.test(thrown.message)
    if (isUnknown) return null
    throw thrown
  }
}
