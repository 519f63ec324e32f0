const SIGNATURES = [
  { mimeType: 'image/png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { mimeType: 'image/jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { mimeType: 'image/gif', at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { mimeType: 'image/webp', at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
] as const

/** The media type of a picture that models understand, told by its first 12 bytes; null for everything else. */
export function imageType(head: Uint8Array): string | null {
  const isOf = ({ at, bytes }: (typeof SIGNATURES)[number]) => bytes.every((byte, index) => head[at + index] === byte)
  return SIGNATURES.find(isOf)?.mimeType ?? null
}
