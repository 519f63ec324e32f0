import type { CliHome } from './cli-home.js'

/** What `mayros devices list --json` prints, as far as journeys look at it. */
export interface ListedDevices {
  readonly pending: readonly {
    readonly requestId: string
    readonly deviceId: string
    readonly remoteIp: string | null
  }[]
  readonly paired: readonly {
    readonly deviceId: string
    readonly name: string | null
    readonly scopes: readonly string[]
    readonly remoteIp: string | null
    readonly connected: boolean
    readonly tokens: readonly { readonly role: string; readonly revokedAt: string | null }[]
  }[]
}

export async function listedDevices(home: CliHome): Promise<ListedDevices> {
  return JSON.parse(await printed(home, 'devices', 'list', '--json')) as ListedDevices
}

/** Approves the only device that waits. */
export async function approveOnlyOne(home: CliHome): Promise<ListedDevices['pending'][number]> {
  const { pending } = await listedDevices(home)
  const [only] = pending
  if (only === undefined || pending.length > 1) throw new Error(`${pending.length} devices wait`)
  await printed(home, 'devices', 'approve', only.requestId.slice(0, 8))
  return only
}

/** An entry of the record of who came in, as `mayros security log --json` prints it. */
export interface LoggedEvent {
  readonly event: string
  readonly actor?: string
  readonly address?: string
  readonly reason?: string
  readonly deviceId?: string
  readonly subject?: string
}

export async function loggedEvents(home: CliHome, ...flags: string[]): Promise<readonly LoggedEvent[]> {
  const { entries } = JSON.parse(await printed(home, 'security', 'log', '--json', ...flags)) as {
    entries: readonly LoggedEvent[]
  }
  return entries
}

/** What a command printed that must succeed. */
export async function printed(home: CliHome, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await home.run(args)
  if (code !== 0) throw new Error(`mayros ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
  return stdout
}
