/** What a gateway tells its local network about itself: an instance of a DNS-SD service (RFC 6763). */
export interface Beacon {
  /** For people, and unique in the network: the instance name, up to 63 bytes of UTF-8. */
  readonly name: string
  /** Host of the addresses, in the domain `local`: `atlas-mayros-18789.local`. */
  readonly host: string
  readonly port: number
  /** IP literals under which the port can be reached. */
  readonly addresses: readonly string[]
  /** Key and value, not authenticated by anybody: hints, never a reason to trust. */
  readonly texts: Readonly<Record<string, string>>
}

/** The DNS-SD service type of gateways. */
export const BEACON_TYPE = '_mayros-gw._tcp.local'

/** A label of DNS is no longer than this (RFC 1035, 2.3.4). */
const LABEL_BYTES = 63
/** Of these a text record says no more than fits into its length byte (RFC 6763, 6.1). */
const TEXT_BYTES = 255

/** What there is to tell. */
export interface BeaconFacts {
  readonly mode: 'minimal' | 'full'
  /** `atlas` or `atlas.example.org`, as the system calls itself. */
  readonly hostName: string
  /** Null for the profile without a name. */
  readonly profile: string | null
  readonly port: number
  readonly addresses: readonly string[]
  /** SHA-256 of the certificate; null = the port speaks plain text. */
  readonly tlsFingerprint: string | null
  readonly cliPath: string
}

/** The beacon that tells these facts; `minimal` leaves out what only helps an operator, or an attacker. */
export function beaconOf(facts: BeaconFacts): Beacon {
  const { mode, port, tlsFingerprint, profile } = facts
  const label = hostLabel(facts.hostName)
  const name = shortened([label, profile, 'Mayros'].filter((word) => word !== null).join(' '), LABEL_BYTES)
  const tail = `-mayros-${port}`
  const texts = {
    role: 'gateway',
    transport: 'gateway',
    displayName: name,
    lanHost: `${label}.local`,
    gatewayPort: String(port),
    ...(tlsFingerprint === null ? {} : { gatewayTls: '1', gatewayTlsSha256: tlsFingerprint }),
    ...(mode === 'full' ? { cliPath: facts.cliPath, sshPort: '22' } : {}),
  }
  return {
    name,
    host: `${shortened(label, LABEL_BYTES - tail.length)}${tail}.local`,
    port,
    addresses: facts.addresses,
    texts: Object.fromEntries(Object.entries(texts).filter(([key, value]) => bytes(`${key}=${value}`) <= TEXT_BYTES)),
  }
}

/** The name to take when somebody else has this one: `atlas Mayros (2)` (RFC 6762, 9). */
export function nextName(name: string): string {
  const counted = /^(.*) \((\d{1,6})\)$/s.exec(name)
  const tail = ` (${counted === null ? 2 : Number(counted[2]) + 1})`
  return `${shortened(counted?.[1] ?? name, LABEL_BYTES - tail.length)}${tail}`
}

/** What can be read out of a beacon that somebody announced. */
export interface AnnouncedGateway {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly addresses: readonly string[]
  /** Where clients connect: the address of the service itself, not what its texts claim. */
  readonly url: string
  readonly tlsFingerprint: string | null
  readonly role: string | null
  readonly cliPath: string | null
  readonly sshPort: number | null
}

/** Reads a beacon; texts that make no sense are left out. */
export function gatewayOf({ name, host, port, addresses, texts }: Beacon): AnnouncedGateway {
  const isEncrypted = texts.gatewayTls === '1'
  const best = addresses.find((address) => !address.includes(':')) ?? addresses[0]
  const authority = best === undefined ? host : best.includes(':') ? `[${best}]` : best
  return {
    name,
    host,
    port,
    addresses,
    url: `${isEncrypted ? 'wss' : 'ws'}://${authority}:${port}`,
    tlsFingerprint: isEncrypted ? (texts.gatewayTlsSha256 ?? null) : null,
    role: texts.role ?? null,
    cliPath: texts.cliPath ?? null,
    sshPort: /^[1-9]\d{0,4}$/.test(texts.sshPort ?? '') ? Number(texts.sshPort) : null,
  }
}

function hostLabel(hostName: string): string {
  const first = hostName.split('.')[0] ?? ''
  return first.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-+|-+$/g, '') || 'gateway'
}

/** As much of the text as fits, cut between characters. */
function shortened(text: string, limit: number): string {
  if (bytes(text) <= limit) return text
  let kept = ''
  for (const character of text) {
    if (bytes(kept + character) > limit) break
    kept += character
  }
  return kept.trimEnd()
}

function bytes(text: string): number {
  let count = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    count += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return count
}
