/** The first bytes of what is no text, by type. */
const MAGIC: readonly (readonly [mimeType: string, matches: (bytes: Uint8Array) => boolean])[] = [
  ['image/png', (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n')],
  ['image/jpeg', (bytes) => startsWith(bytes, '\xff\xd8\xff')],
  ['image/gif', (bytes) => startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')],
  ['image/webp', (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes.subarray(8), 'WEBP')],
  ['application/pdf', (bytes) => startsWith(bytes, '%PDF-')],
]

/** Bytes that are enough for `detectedType`. */
export const MAGIC_BYTES = 12

/** What the bytes are by their beginning; null for everything else, text included. */
export function detectedType(bytes: Uint8Array): string | null {
  return MAGIC.find(([, matches]) => matches(bytes))?.[0] ?? null
}

function startsWith(bytes: Uint8Array, magic: string): boolean {
  for (let index = 0; index < magic.length; index += 1) if (bytes[index] !== magic.charCodeAt(index)) return false
  return true
}

/** Types of text by the end of a file's name. */
const BY_NAME: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  md: 'text/markdown',
  markdown: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
  pdf: 'application/pdf',
}

/** The type a file's name promises; null when it promises none that is known. */
export function typeOfName(fileName: string | null): string | null {
  const ending = /\.([^.]+)$/.exec(fileName ?? '')?.[1]?.toLowerCase() ?? ''
  return Object.hasOwn(BY_NAME, ending) ? (BY_NAME[ending] ?? null) : null
}

/** Bytes as text; null when they are not text in UTF-8. A mark of the byte order at the beginning is left out. */
export function textOfBytes(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (thrown) {
    if (thrown instanceof TypeError) return null
    throw thrown
  }
}
