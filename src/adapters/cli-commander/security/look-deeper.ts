import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { ClientFailure } from '../../../application/ports/gateway-client.js'
import type { DeepFacts, DeviceInUse } from '../../../application/security/security-facts.js'
import { isExpired } from '../../../domain/access/pairing.js'
import { readDeviceFile } from '../../../domain/access/pairing-file.js'
import type { GatewayConfig } from '../../../domain/config/config.js'
import { messageOf } from '../../../domain/failure.js'
import type { CommandContext } from '../command-context.js'
import { findGateway } from '../target/gateway-access.js'
import type { Target } from '../target/resolve-target.js'

const KNOCK_TIMEOUT_MS = 5_000
/** Answers that mean: somebody is there, and does not let us in. */
const REFUSALS: ReadonlySet<string> = new Set(['unauthorized', 'pairing_required', 'rate_limited', 'missing_scope'])

/** Looks at the gateway of this host from outside, and at its registers. */
export async function lookDeeper(context: CommandContext, config: GatewayConfig): Promise<DeepFacts> {
  const { stateDir } = await context.environment()
  const [door, certificate, registers] = await Promise.all([
    knock(context),
    readCertificate(context, config.gateway.tls.certPath ?? join(stateDir, 'tls', 'gateway-cert.pem')),
    readDevices(context, join(stateDir, 'devices', 'paired.json')),
  ])
  return { door, certificate: config.gateway.tls.enabled ? certificate : null, ...registers }
}

async function knock(context: CommandContext): Promise<DeepFacts['door']> {
  try {
    const { target, record } = await findGateway(context, {})
    const wasLetIn = await isLetIn(context, target)
    // Whoever has no device is turned away here too; one that is made up on this machine would be paired unasked.
    const asksForNothing = target.kind === 'local' && record?.authMode === 'none'
    return { kind: wasLetIn || asksForNothing ? 'open' : 'refused' }
  } catch (thrown) {
    return { kind: 'silent', reason: messageOf(thrown) }
  }
}

/** Without token, password and device, so that nothing can be granted and nothing is left behind. */
async function isLetIn({ deps }: CommandContext, { url, pin }: Target): Promise<boolean> {
  try {
    const client = await deps.openClient({
      url,
      client: { id: 'cli', version: deps.version, platform: deps.platform, mode: 'probe' },
      timeoutMs: KNOCK_TIMEOUT_MS,
      ...(pin === null ? {} : { tlsFingerprint: pin.value }),
    })
    await client.close()
    return true
  } catch (thrown) {
    if (thrown instanceof ClientFailure && REFUSALS.has(thrown.code)) return false
    throw thrown
  }
}

async function readCertificate(context: CommandContext, path: string): Promise<DeepFacts['certificate']> {
  const text = await readIfThere(context, path)
  if (text === null) return null
  try {
    return { path, validTo: Date.parse(new X509Certificate(text).validTo) }
  } catch (thrown) {
    context.note(`warning: ${path} is no certificate: ${messageOf(thrown)}`)
    return null
  }
}

async function readDevices(context: CommandContext, path: string): Promise<Pick<DeepFacts, 'devices' | 'pending'>> {
  const text = await readIfThere(context, path)
  const reading = text === null ? null : readDeviceFile(text)
  if (reading === null) return { devices: null, pending: 0 }
  if (reading.kind === 'unreadable') {
    context.note(`warning: the devices in ${path} cannot be read: ${reading.problem}`)
    return { devices: null, pending: 0 }
  }
  const { paired, pending } = reading.entries
  const now = context.deps.now()
  return {
    devices: [...paired.values()].map(
      (device): DeviceInUse => ({
        deviceId: device.deviceId,
        name: device.displayName ?? null,
        scopes: device.grants.flatMap(({ scopes }) => scopes),
        lastSeenAt: device.lastSeenAtMs ?? device.approvedAtMs,
      }),
    ),
    pending: [...pending.values()].filter((device) => !isExpired(device, now)).length,
  }
}

function readIfThere(context: CommandContext, path: string): Promise<string | null> {
  return context.deps.readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') context.note(`warning: cannot read ${path}: ${error.code ?? messageOf(error)}`)
    return null
  })
}
