/**
 * A line as viewers of protocol 3 read it: beside our own members it has the message as `"0"` and
 * `_meta {logLevelName, name}`, where `name` is a JSON text with the subsystem. A line that is no JSON object stays.
 */
export function forViewers(line: string): string {
  const parsed = parseObject(line)
  if (parsed === null) return line
  const meta = {
    logLevelName: String(parsed.level ?? 'info').toUpperCase(),
    name: JSON.stringify({ subsystem: String(parsed.subsystem ?? '') }),
  }
  const added = `"0":${JSON.stringify(String(parsed.message ?? ''))},"_meta":${JSON.stringify(meta)}`
  const body = line.trimEnd().slice(0, -1)
  return Object.keys(parsed).length === 0 ? `{${added}}` : `${body},${added}}`
}

function parseObject(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return null
  }
}
