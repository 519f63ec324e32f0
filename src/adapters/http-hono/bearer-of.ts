const BEARER = /^bearer[ \t]+(\S.*)$/i

/** The text behind `Bearer ` in an Authorization header; null when there is none. */
export function bearerOf(authorization: string | undefined): string | null {
  return BEARER.exec(authorization ?? '')?.[1]?.trimEnd() ?? null
}
