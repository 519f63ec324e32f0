/** Any spelling of base64: both alphabets, with or without padding, broken into lines. Null when it is none. */
export function cleanBase64(text: string): string | null {
  const data = text.replace(/\s+/g, '').replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/')
  if (data.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(data)) return null
  return data.padEnd(Math.ceil(data.length / 4) * 4, '=')
}

/** How many bytes clean base64 stands for. */
export function base64Bytes(data: string): number {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0
  return (data.length / 4) * 3 - padding
}

/** The bytes of clean base64. */
export function fromBase64(data: string): Uint8Array {
  const text = atob(data)
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index)
  return bytes
}

/** Arguments that one call takes safely. */
const CHUNK = 8192

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}
