export type Coding = 'br' | 'gzip'

const CODINGS = ['br', 'gzip'] as const satisfies readonly Coding[]
const ENTRY = /^\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?$/i
const MOST_ENTRIES = 16

/** Which codings an Accept-Encoding header takes, best first. */
export function acceptedCodings(header: string | undefined): readonly Coding[] {
  if (header === undefined) return []
  const qualities = new Map<string, number>()
  for (const entry of header.split(',', MOST_ENTRIES)) {
    const [, name, quality] = ENTRY.exec(entry) ?? []
    if (name !== undefined) qualities.set(name.toLowerCase(), Number(quality ?? '1'))
  }
  return CODINGS.filter((coding) => (qualities.get(coding) ?? qualities.get('*') ?? 0) > 0)
}
