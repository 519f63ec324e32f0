/** One listening socket as lsof tells of it. */
export interface LsofRow {
  readonly pid: number
  readonly parentPid: number | null
  readonly program: string
  readonly user: string
  /** IP literal; `0.0.0.0` or `::` for a wildcard. */
  readonly host: string
  readonly port: number
}

/**
 * Reads the output of `lsof -F pRcLtn`: one field a line, its first character says which; `p` opens a process,
 * `f` opens a file of it.
 */
export function parseLsof(output: string): readonly LsofRow[] {
  const rows: LsofRow[] = []
  let [pid, parentPid, program, user, family]: [number, number | null, string, string, string] = [0, null, '', '', '']
  for (const line of output.split('\n')) {
    const value = line.slice(1)
    switch (line[0]) {
      case 'p':
        pid = Number(value)
        parentPid = null
        program = ''
        user = ''
        break
      case 'R':
        parentPid = Number(value)
        break
      case 'c':
        program = value
        break
      case 'L':
        user = value
        break
      case 't':
        family = value
        break
      case 'n': {
        const place = placeOf(value, family)
        if (place !== null && pid > 0) rows.push({ pid, parentPid, program, user, ...place })
        break
      }
    }
  }
  return rows
}

/** `127.0.0.1:18789`, `[::1]:18789`, `*:18789`. */
function placeOf(name: string, family: string): { host: string; port: number } | null {
  const match = /^(.*):(\d+)(?: \(LISTEN\))?$/.exec(name)
  if (match === null) return null
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '')
  return { host: host === '*' ? (family === 'IPv4' ? '0.0.0.0' : '::') : host, port: Number(match[2]) }
}
