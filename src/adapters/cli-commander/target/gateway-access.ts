import type { GatewayClient } from '../../../application/ports/gateway-client.js'
import type { RuntimeRecord } from '../../../application/ports/runtime-record.js'
import type { CliEnvironment, ConnectionHints } from '../cli-deps.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'
import { explainFailure } from './explain-failure.js'
import { resolveTarget, type Target } from './resolve-target.js'

export const DEFAULT_TIMEOUT_MS = 10_000

/** Everything that was found out on the way to a gateway. */
export interface GatewayAccess {
  readonly environment: CliEnvironment
  readonly hints: ConnectionHints
  readonly record: RuntimeRecord | null
  readonly target: Target
  readonly timeoutMs: number
  /** Rejects with ClientFailure. */
  open(options?: { readonly signal?: AbortSignal }): Promise<GatewayClient>
  /** Makes a ClientFailure speak to the operator. */
  explain(thrown: unknown): unknown
}

const SCOPES = ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing']

export interface AccessNeeds {
  readonly caps?: readonly string[]
  /** Diagnosis works with a broken config; work does not. */
  readonly validConfig?: boolean
  /** Where the gateway lives when that is somewhere else than this command line would look. */
  readonly place?: GatewayPlace
  /** Say nothing on stderr: what is found out is shown as part of the answer. */
  readonly quiet?: boolean
}

/** Somebody else's knowledge of where the gateway of this host is. The secrets stay those of this command line. */
export interface GatewayPlace {
  readonly stateDir: string
  readonly port: number | null
  readonly isEncrypted: boolean
}

/**
 * Finds the gateway a command is about. Nothing is sent yet.
 * @throws CliFailure `config_invalid` when the command needs a valid config and there is none
 */
export async function findGateway(
  context: CommandContext,
  given: SharedFlags,
  needs: AccessNeeds = {},
): Promise<GatewayAccess> {
  const { deps } = context
  const flags = await withSecretsFromStdin(context, given)
  const environment = await context.environment()
  const [hints, record] = await Promise.all([
    deps.readConnectionHints(environment),
    deps.readLiveRecord(needs.place?.stateDir ?? environment.stateDir),
  ])
  if (needs.validConfig === true && flags.url === undefined && hints.problems.length > 0) {
    throw invalidConfig(environment, hints.problems)
  }
  const target = resolveTarget({ flags, ...placed({ environment, hints }, needs.place), record })
  for (const warning of target.warnings) context.note(warning)
  if (needs.quiet !== true) for (const problem of hints.problems) context.note(`warning: ${problem}`)
  const timeoutMs = flags.timeout ?? DEFAULT_TIMEOUT_MS
  return accessTo(context, { environment, hints, record, target, timeoutMs }, needs.caps)
}

/** The way to a gateway that was found. */
export function accessTo(
  { deps }: Pick<CommandContext, 'deps'>,
  found: Pick<GatewayAccess, 'environment' | 'hints' | 'record' | 'target' | 'timeoutMs'>,
  caps?: readonly string[],
): GatewayAccess {
  const { environment, hints, record, target, timeoutMs } = found
  return {
    environment,
    hints,
    record,
    target,
    timeoutMs,
    open: (options = {}) =>
      deps.openClient({
        url: target.url,
        scopes: SCOPES,
        client: { id: 'cli', version: deps.version, platform: deps.platform, mode: 'cli' },
        device: () => deps.deviceIdentity(environment.stateDir),
        timeoutMs,
        ...(target.token === null ? {} : { token: target.token.value }),
        ...(target.password === null ? {} : { password: target.password.value }),
        ...(target.pin === null ? {} : { tlsFingerprint: target.pin.value }),
        ...(caps === undefined ? {} : { caps }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      }),
    explain: (thrown) =>
      explainFailure(thrown, { target, hints, record, configPath: environment.configPath, home: environment.home }),
  }
}

/** The port of a place stands above everything but `--url`. */
function placed(
  { environment, hints }: Pick<GatewayAccess, 'environment' | 'hints'>,
  place: GatewayPlace | undefined,
): Pick<GatewayAccess, 'environment' | 'hints'> {
  if (place === undefined) return { environment, hints }
  return {
    environment: { ...environment, variables: { ...environment.variables, MAYROS_GATEWAY_PORT: undefined } },
    hints: { ...hints, tls: place.isEncrypted, port: place.port ?? environment.defaultPort },
  }
}

/** Connects, does the work, disconnects; failures come out explained. */
export async function withGateway<T>(access: GatewayAccess, work: (client: GatewayClient) => Promise<T>): Promise<T> {
  try {
    const client = await access.open()
    try {
      return await work(client)
    } finally {
      await client.close()
    }
  } catch (thrown) {
    throw access.explain(thrown)
  }
}

function invalidConfig(environment: CliEnvironment, problems: readonly string[]): CliFailure {
  return new CliFailure('config_invalid', `Config invalid: ${shortPath(environment.configPath, environment.home)}`, {
    exitCode: exitCodes.configuration,
    notes: [
      ...problems.map((text) => ({ label: 'note', text }) as const),
      { label: 'fix', text: 'mend the file, or run: mayros doctor --fix' },
    ],
    details: { problems },
  })
}

async function withSecretsFromStdin(context: CommandContext, flags: SharedFlags): Promise<SharedFlags> {
  if (flags.token === '-' && flags.password === '-') {
    throw new UsageFailure('only one of --token and --password can come from stdin')
  }
  if (flags.token === '-') return { ...flags, token: await context.deps.stdin.readLine() }
  if (flags.password === '-') return { ...flags, password: await context.deps.stdin.readLine() }
  return flags
}
