/** One `Key=value` of a unit file. */
export interface UnitLine {
  readonly section: string
  readonly key: string
  readonly value: string
}

/** The assignments of a unit file in their order; comments and what is none are left out. */
export function parseUnitLines(text: string): readonly UnitLine[] {
  const lines: UnitLine[] = []
  let section = ''
  for (const raw of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const heading = /^\[(.+)\]$/.exec(line)
    if (heading !== null) {
      section = heading[1]!
      continue
    }
    const equals = line.indexOf('=')
    if (equals > 0) lines.push({ section, key: line.slice(0, equals).trim(), value: line.slice(equals + 1).trim() })
  }
  return lines
}

/** The text of a unit file, section by section in the order of their first lines. */
export function formatUnitLines(lines: readonly UnitLine[]): string {
  const sections = [...new Set(lines.map(({ section }) => section))]
  return sections
    .map((section) => {
      const own = lines.filter((line) => line.section === section).map(({ key, value }) => `${key}=${value}`)
      return [`[${section}]`, ...own, ''].join('\n')
    })
    .join('\n')
}
