const HEX = /^[0-9a-f]{64}$/

/** A SHA-256 fingerprint as people write it, with colons or not, as 64 lower-case hex digits; null when it is none. */
export function readFingerprint(text: string): string | null {
  const compact = text.trim().toLowerCase()
  const hex = /^[0-9a-f]{2}(:[0-9a-f]{2}){31}$/.test(compact) ? compact.replaceAll(':', '') : compact
  return HEX.test(hex) ? hex : null
}

/** As certificates' fingerprints are shown: `AB:CD:...`. */
export function shownFingerprint(hex: string): string {
  return (hex.match(/../g) ?? []).join(':').toUpperCase()
}
