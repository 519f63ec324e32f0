import type { HookMapping } from './hook-mapping.js'

/** How a webhook must be signed. */
export interface SignatureRules {
  /** In lower case. */
  readonly header: string
  readonly prefix: string
  readonly secret: string
  /** A valid signature is enough; the token is not asked for. */
  readonly replacesToken: boolean
}

interface WrittenRules {
  readonly header?: string | undefined
  readonly prefix?: string | undefined
  readonly secret?: string | undefined
  readonly replacesToken?: boolean | undefined
}

/** What a mapping says stands over what holds for all webhooks; null = nothing has to be signed. */
export function signatureRules(
  forAll: WrittenRules & { readonly header: string; readonly prefix: string },
  mapping?: Pick<HookMapping, 'signature'>,
): SignatureRules | null {
  const own = mapping?.signature
  const secret = own?.secret ?? forAll.secret
  if (secret === undefined || secret === '') return null
  return {
    header: (own?.header ?? forAll.header).toLowerCase(),
    prefix: own?.prefix ?? forAll.prefix,
    secret,
    replacesToken: own?.replacesToken ?? forAll.replacesToken ?? false,
  }
}

const HEX = /^[0-9a-f]{64}$/i
/** 32 bytes. */
const BASE64 = /^[A-Za-z0-9+/]{43}=$/

/** The HMAC a header carries, as lower-case hex; null when it carries none, or more than one. */
export function signatureIn(header: string | undefined, prefix: string): string | null {
  const text = header?.trim() ?? ''
  if (!text.startsWith(prefix)) return null
  const signature = text.slice(prefix.length)
  if (HEX.test(signature)) return signature.toLowerCase()
  return BASE64.test(signature) ? hexOf(atob(signature)) : null
}

function hexOf(bytes: string): string {
  return [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}
