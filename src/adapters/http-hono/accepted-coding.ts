export type Coding = 'br' | 'gzip'

const ENTRY = /^\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?$/i

/** The best coding that an Accept-Encoding header takes; null = as it is. */
export function acceptedCoding(header: string | undefined): Coding | null {
  if (header === undefined) return null
  const refused = new Set<string>()
  const taken = new Set<string>()
  for (const entry of header.split(',', 16)) {
    const [, name, quality] = ENTRY.exec(entry) ?? []
    if (name === undefined) continue
    const set = Number(quality ?? '1') > 0 ? taken : refused
    set.add(name.toLowerCase())
  }
  const takes = (coding: Coding) => taken.has(coding) || (taken.has('*') && !refused.has(coding))
  if (takes('br')) return 'br'
  return takes('gzip') ? 'gzip' : null
}
