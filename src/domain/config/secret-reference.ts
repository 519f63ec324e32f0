/** Says where a secret is kept instead of saying the secret. */
export type SecretReference = { readonly file: string } | { readonly env: string }

/** Reads `{ file: "..." }` and `{ env: "NAME" }`; null for everything else. */
export function secretReferenceIn(value: unknown): SecretReference | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const members = Object.entries(value)
  const [key, text] = members[0] ?? []
  if (members.length !== 1 || typeof text !== 'string' || text === '') return null
  if (key === 'file') return { file: text }
  return key === 'env' ? { env: text } : null
}
