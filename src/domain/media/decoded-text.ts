/** How far a page is looked through for the name of its encoding, in bytes (HTML, 13.2.3.2). */
const PRESCAN_BYTES = 1024

/**
 * The text of a file: by its byte order mark, else in the encoding that a page or an XML file names at its beginning, else
 * UTF-8. Bytes that mean nothing become U+FFFD.
 */
export function decodedText(bytes: Uint8Array): string {
  return decodedIn(markedEncoding(bytes) ?? namedEncoding(bytes) ?? 'utf-8', bytes)
}

function decodedIn(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding).decode(bytes)
  } catch (thrown) {
    if (thrown instanceof RangeError) return new TextDecoder().decode(bytes)
    throw thrown
  }
}

function markedEncoding([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}

function namedEncoding(bytes: Uint8Array): string | null {
  const start = String.fromCharCode(...bytes.subarray(0, PRESCAN_BYTES))
  const [, found] =
    /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w:.-]{2,40})/i.exec(start) ??
    /^<\?xml[^>]{0,200}encoding\s*=\s*["']([\w:.-]{2,40})/i.exec(start) ??
    []
  if (found === undefined) return null
  // A page that can be read so far is no UTF-16, whatever it says.
  return /^utf-16/i.test(found) ? 'utf-8' : found
}
