/** What the program says, and what helps. The first that fits counts. */
const ADVICE: readonly (readonly [says: RegExp, advice: string])[] = [
  [/access denied|permission denied|must be root/i, 'run once: sudo tailscale set --operator=$USER'],
  [
    /logged out|needs ?login|not logged in|login required|log in at/i,
    'log in to the tailnet: tailscale up (or: sudo tailscale up)',
  ],
  [
    /failed to connect to local tailscaled|tailscaled.*not.*running|is tailscale running/i,
    'start the Tailscale service, for example: sudo systemctl start tailscaled',
  ],
  [/tailscale is stopped|backendstate.*stopped|\bstopped\b/i, 'connect this machine: tailscale up'],
  [
    /https.*(?:not enabled|disabled|must be enabled)|enable https|does not support getting tls/i,
    'enable MagicDNS and HTTPS certificates in the DNS page of the Tailscale admin console',
  ],
  [
    /funnel.*not.*(?:enabled|available|allowed)|no funnel|nodeAttrs/i,
    'allow Funnel for this node in the Tailscale admin console',
  ],
  [/foreground|already (?:in use|exists)|listener/i, 'another serve is in the way; look at: tailscale serve status'],
  [/unknown (?:flag|subcommand)|flag provided but not defined/i, 'update Tailscale: version 1.52 or later is needed'],
]

/**
 * Where the program asks for a click: it prints an address and then waits for it, instead of ending.
 * Only Tailscale's own address is passed on.
 */
const CONSENT = /https:\/\/login\.tailscale\.com\/[\w./?=&%-]+/

const SHOWN_CHARACTERS = 200

/** What helps against this output; null when nobody knows. */
export function adviceFor(output: string): string | null {
  const consent = CONSENT.exec(output)?.[0]
  if (consent !== undefined) return `open ${consent}`
  return ADVICE.find(([says]) => says.test(output))?.[1] ?? null
}

/** Whether it waits for a click that nobody is going to make. */
export function waitsForConsent(output: string): boolean {
  return CONSENT.test(output)
}

/** The first line with something to say, short and printable. */
export function firstWords(output: string): string {
  const line = output
    .split('\n')
    .map((text) => text.replace(/\p{Cc}\[[\d;]*[a-zA-Z]|\p{C}/gu, '').trim())
    .find((text) => text !== '')
  return line === undefined ? 'it said nothing' : line.slice(0, SHOWN_CHARACTERS)
}
