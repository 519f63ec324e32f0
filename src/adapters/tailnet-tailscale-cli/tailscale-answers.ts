import { TailnetFailure, type TailnetUser } from '../../application/ports/tailnet.js'

/** The name `whois` gives devices that belong to a tag instead of a person. */
const TAGGED = 'tagged-devices'

/** `Running`, `Stopped`, `NeedsLogin` ... of `status --json`; null when it does not say. */
export function parseState(stdout: string): string | null {
  const state = membersOf(parsed(stdout)).BackendState
  return typeof state === 'string' ? state : null
}

/** `https://box.tail1234.ts.net` of `status --json`; null when it does not say. */
export function parsePublicUrl(stdout: string): string | null {
  const name = membersOf(membersOf(parsed(stdout)).Self).DNSName
  if (typeof name !== 'string') return null
  const host = name.replace(/\.$/, '')
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(host) ? `https://${host.toLowerCase()}` : null
}

/** The person of `whois --json`; null for a device of a tag. @throws TailnetFailure when it is no such answer */
export function parseWhois(stdout: string): TailnetUser | null {
  const answer = membersOf(parsed(stdout))
  const { LoginName: login, DisplayName: name } = membersOf(answer.UserProfile)
  const { Tags: tags } = membersOf(answer.Node)
  if (typeof login !== 'string') {
    throw new TailnetFailure('tailscale-refused', 'tailscale whois answered something else than expected')
  }
  if (login.trim() === '' || login === TAGGED || (Array.isArray(tags) && tags.length > 0)) return null
  return { login, name: typeof name === 'string' && name !== '' ? name : login }
}

/** What the text says; null when it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
