import type { GatewayRunOptions } from '../cli-deps.js'
import { CliFailure, UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath } from '../render/words.js'

export interface GatewayRunFlags {
  readonly port?: number
  readonly bind?: string
  readonly auth?: string
  readonly token?: string
  readonly password?: string
  readonly tailscale?: string
  readonly tailscaleResetOnExit?: boolean
  readonly allowUnconfigured?: boolean
  readonly lastGood?: boolean
  readonly force?: boolean
  readonly verbose?: boolean
  readonly wsLog?: string
  readonly compact?: boolean
  /** Profile dev begins anew. */
  readonly reset?: boolean
  /** Do not ask whether to reset. */
  readonly yes?: boolean
}

/** `mayros gateway [run]`: runs in the foreground until stopped. */
export async function gatewayRun(context: CommandContext, flags: GatewayRunFlags): Promise<number> {
  if (flags.reset === true) await resetDev(context, flags.yes === true)
  const environment = await context.environment()
  const { stdin } = context.deps
  if (flags.token === '-' && flags.password === '-') {
    throw new UsageFailure('only one of --token and --password can come from stdin')
  }
  const token = flags.token === '-' ? await stdin.readLine() : flags.token
  const password = flags.password === '-' ? await stdin.readLine() : flags.password
  for (const [flag, secret] of Object.entries({ token, password })) {
    if (secret?.trim() === '') throw new UsageFailure(`--${flag} is empty`)
  }
  const options: GatewayRunOptions = {
    environment,
    ...(flags.port === undefined ? {} : { port: flags.port }),
    ...(flags.bind === undefined ? {} : { bind: flags.bind }),
    ...(flags.auth === undefined ? {} : { auth: flags.auth }),
    ...(token === undefined ? {} : { token }),
    ...(password === undefined ? {} : { password }),
    ...(flags.tailscale === undefined ? {} : { tailscale: flags.tailscale }),
    ...(flags.tailscaleResetOnExit === true ? { tailscaleResetOnExit: true } : {}),
    allowUnconfigured: flags.allowUnconfigured === true,
    lastGood: flags.lastGood === true,
    force: flags.force === true,
    verbose: flags.verbose === true,
    wsLog: flags.compact === true ? 'compact' : ((flags.wsLog ?? 'auto') as GatewayRunOptions['wsLog']),
    json: context.json,
    color: context.flags.color !== false,
    ...(context.flags.logLevel === undefined ? {} : { logLevel: context.flags.logLevel }),
  }
  return (await context.deps.runGateway(options)) ?? exitCodes.ok
}

/** `--reset` is for the profile that nobody will miss. */
async function resetDev(context: CommandContext, isAgreed: boolean): Promise<void> {
  const { profile, stateDir, home } = await context.environment()
  if (profile !== 'dev') {
    throw new UsageFailure('--reset is for profile dev only', [{ label: 'fix', text: 'mayros --dev gateway --reset' }])
  }
  const { resetInstance } = await import('../setup/reset-instance.js')
  await resetInstance(context, () => (isAgreed ? Promise.resolve() : agree(context, shortPath(stateDir, home))))
}

async function agree({ deps }: CommandContext, place: string): Promise<void> {
  if (!deps.stdin.isTTY) throw new UsageFailure('nobody can be asked here; add --yes')
  deps.stderr.write(`move ${place} to a backup and begin anew? [y/N] `)
  const answer = await deps.stdin.readLine()
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFailure('declined', 'nothing was moved')
}
