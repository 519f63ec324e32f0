import type { GatewayRunOptions } from '../cli-deps.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'

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
}

/** `mayros gateway [run]`: runs in the foreground until stopped. */
export async function gatewayRun(context: CommandContext, flags: GatewayRunFlags): Promise<number> {
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
