/** One line of who is here. Absent facts are left out. */
export interface PresenceRow {
  readonly host?: string
  readonly ip?: string
  readonly version?: string
  readonly platform?: string
  readonly deviceFamily?: string
  readonly modelIdentifier?: string
  readonly mode?: string
  readonly lastInputSeconds?: number
  readonly reason?: string
  readonly text?: string
  readonly deviceId?: string
  readonly roles?: readonly string[]
  readonly scopes?: readonly string[]
  readonly instanceId?: string
}

const NODE_LINE = /^Node:\s*(.+)$/

/**
 * Facts that a line such as `Node: box (10.0.0.2) · app 1.2.3 · last input 5s ago · mode ui · reason connect` carries.
 * Other text yields none.
 */
export function parseNodeLine(text: string): PresenceRow {
  const line = NODE_LINE.exec(text.trim())?.[1]
  if (line === undefined) return {}
  const [head = '', ...facts] = line.split(' · ').map((part) => part.trim())
  const place = /^(.*?)(?:\s*\(([^)]*)\))?$/.exec(head)
  const found: Record<string, string | number> = {}
  if (place?.[1]) found.host = place[1]
  if (place?.[2]) found.ip = place[2]
  for (const fact of facts) {
    const input = /^last input (\d+)s ago$/.exec(fact)
    if (input !== null) found.lastInputSeconds = Number(input[1])
    const named = /^(app|mode|reason) (.+)$/.exec(fact)
    if (named !== null) found[named[1] === 'app' ? 'version' : (named[1] as string)] = named[2] as string
  }
  return found
}
