import { CliFailure } from '../cli-failure.js'
import type { CommandContext, SharedFlags } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { parseTypedJson } from '../json-text.js'
import { findGateway, withGateway } from '../target/gateway-access.js'

export interface GatewayCallFlags extends SharedFlags {
  readonly params?: string
  readonly expectFinal?: boolean
}

/** `mayros gateway call <method>`: prints the payload of one RPC as JSON. */
export async function gatewayCall(context: CommandContext, method: string, flags: GatewayCallFlags): Promise<number> {
  const params =
    flags.params === undefined ? undefined : parseTypedJson('--params', await textOf(context, flags.params))
  const access = await findGateway(context, flags)
  const payload = await withGateway(access, (client) =>
    client.call(method, params, { timeoutMs: access.timeoutMs, expectFinal: flags.expectFinal === true }),
  )
  context.printJson(payload)
  return exitCodes.ok
}

/** The value itself, `@file`, or `-` for stdin. */
async function textOf(context: CommandContext, given: string): Promise<string> {
  if (given === '-') return context.deps.stdin.readAll()
  if (!given.startsWith('@')) return given
  const path = given.slice(1)
  return context.deps.readFile(path).catch((thrown: unknown) => {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new CliFailure('usage', `--params: cannot read ${path}: ${code}`, {
      exitCode: exitCodes.usage,
      cause: thrown,
    })
  })
}
