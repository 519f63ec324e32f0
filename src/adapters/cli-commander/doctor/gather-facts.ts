import type { DoctorFacts } from '../../../application/doctor/doctor-facts.js'
import type { DoctorTools } from '../../../application/doctor/doctor-tools.js'
import type { ConfigHistory } from '../../../application/ports/config-history.js'
import type { ConfigReading } from '../../../application/ports/config-source.js'
import { ClientFailure } from '../../../application/ports/gateway-client.js'
import { auditedFiles } from '../../../application/security/audited-files.js'
import type { SecretInUse } from '../../../application/security/security-facts.js'
import { messageOf } from '../../../domain/failure.js'
import { CliFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { accountStateOf, type ChannelsSnapshot } from '../render/channels.js'
import { usableConfig } from '../security/usable-config.js'
import { findGateway } from '../target/gateway-access.js'

/** What stands for a variable in a configuration. */
const VARIABLE = /\$\{([A-Z_][A-Z0-9_]*)/gu

export interface DoctorScene {
  readonly context: CommandContext
  readonly tools: DoctorTools
  readonly reading: ConfigReading
  readonly history: ConfigHistory
  readonly isDeep: boolean
}

/** Puts together what the checks look at. Nothing is changed by looking. */
export async function gatherFacts({ context, tools, reading, history, isDeep }: DoctorScene): Promise<DoctorFacts> {
  const { deps } = context
  const environment = await context.environment()
  const { stateDir, configPath, home, variables } = environment
  const config = await usableConfig(reading)
  const port = config.gateway.port ?? environment.defaultPort
  const [record, seen, place, files, engine, holders, leftovers, processes, logBytes, providers, service, lastGood] =
    await Promise.all([
      deps.readLiveRecord(stateDir),
      lookAtGateway(context),
      tools.host.place(stateDir),
      auditedFiles(tools.files, {
        stateDir,
        configFiles: reading.files.filter((path) => path !== 'memory'),
        tlsKey: config.gateway.tls.keyPath,
        logFile: config.logging.file,
      }),
      tools.engine(config),
      deps.findPortHolders(port, ['127.0.0.1', '::1']),
      tools.leftovers(),
      tools.host.processes(),
      tools.host.bytesIn(`${stateDir}/logs`),
      tools.providers(config, isDeep),
      tools.service(config, isDeep),
      history.lastGood(),
    ])
  return {
    now: deps.now(),
    builtAt: tools.builtAt,
    version: deps.version,
    isDeep,
    stateDir,
    home,
    configPath,
    reading,
    config,
    hasLastGood: lastGood !== null,
    variables,
    shellOnly: await shellOnly(context, reading),
    token: inUse(variables.MAYROS_GATEWAY_TOKEN, config.gateway.auth.token),
    password: inUse(variables.MAYROS_GATEWAY_PASSWORD, config.gateway.auth.password),
    files,
    place,
    store: isDeep ? await tools.store() : null,
    node: tools.node,
    engine,
    port,
    holders,
    record,
    leftovers,
    gateway: seen.gateway,
    processes,
    logs: { directory: `${stateDir}/logs`, bytes: logBytes },
    timeZone: tools.timeZone,
    providers,
    service,
    channels: seen.channels,
  }
}

/** Asks the gateway once; every way of not answering is something to tell. */
async function lookAtGateway(context: CommandContext): Promise<Pick<DoctorFacts, 'gateway' | 'channels'>> {
  const startedAt = context.deps.now()
  try {
    const access = await findGateway(context, {})
    if (access.target.kind !== 'local') return { gateway: null, channels: null }
    try {
      const client = await access.open()
      try {
        const latencyMs = context.deps.now() - startedAt
        const status = await client.call<ChannelsSnapshot>('channels.status', {}, { timeoutMs: access.timeoutMs })
        return {
          gateway: { kind: 'answers', version: client.hello.server.version, latencyMs },
          channels: accountsOf(status),
        }
      } finally {
        await client.close()
      }
    } catch (thrown) {
      if (!(thrown instanceof ClientFailure)) throw thrown
      const explained = access.explain(thrown)
      const isRefusal = explained instanceof CliFailure && explained.exitCode === exitCodes.unauthorized
      return { gateway: { kind: isRefusal ? 'refuses' : 'silent', reason: messageOf(explained) }, channels: null }
    }
  } catch (thrown) {
    if (!(thrown instanceof CliFailure)) throw thrown
    return { gateway: { kind: 'silent', reason: thrown.message }, channels: null }
  }
}

function accountsOf({ channelOrder, channelAccounts }: ChannelsSnapshot): DoctorFacts['channels'] {
  return channelOrder.flatMap((id) =>
    (channelAccounts[id] ?? []).map((account) => ({
      name: `${id}/${account.accountId}`,
      state: accountStateOf(account),
      lastError: account.lastError ?? null,
    })),
  )
}

/** Variables that the files use and that only the shell has, not the state directory's own file. */
async function shellOnly(context: CommandContext, reading: ConfigReading): Promise<readonly string[]> {
  const { deps } = context
  const { stateDir } = await context.environment()
  const used = new Set([...reading.raw.matchAll(VARIABLE)].map(([, name]) => name ?? ''))
  if (used.size === 0) return []
  const text = await deps.readFile(`${stateDir}/.env`).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return ''
    throw thrown
  })
  const kept = new Set([...text.matchAll(/^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/gmu)].map(([, name]) => name))
  return [...used].filter((name) => (deps.env[name] ?? '') !== '' && !kept.has(name)).sort()
}

function inUse(variable: string | undefined, written: string | undefined): SecretInUse | null {
  if (variable !== undefined && variable.trim() !== '') return { value: variable, from: 'environment' }
  return written === undefined ? null : { value: written, from: 'config' }
}
