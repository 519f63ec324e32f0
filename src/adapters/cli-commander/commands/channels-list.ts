import type { ConfigOrigin, ConfigReading } from '../../../application/ports/config-source.js'
import { channelKindsOf } from '../../../domain/config/outside-channels.js'
import {
  accountIdsOf,
  DEFAULT_ACCOUNT_ID,
  resolveChannelAccount,
} from '../../../domain/config/resolve-channel-account.js'
import { validConfig } from '../agents/agent-facts.js'
import { CHANNEL_FORMS, type ChannelForm } from '../channels/account-fields.js'
import type { CliEnvironment } from '../cli-deps.js'
import type { CommandContext } from '../command-context.js'
import { exitCodes } from '../exit-codes.js'
import { shortPath, table } from '../render/words.js'

interface Credential {
  readonly key: string
  /** Null: there is none. Never the credential itself. */
  readonly source: string | null
}

/** `mayros channels list`: the accounts that are configured, and where each credential comes from; needs no gateway. */
export async function channelsList(context: CommandContext): Promise<number> {
  const environment = await context.environment()
  const { source } = await context.deps.openConfig(environment)
  const reading = await source.read()
  const config = validConfig(reading, environment)
  const accounts = channelKindsOf(config).flatMap((channel) =>
    accountIdsOf(config, channel).map((accountId) => {
      const account = resolveChannelAccount(config, channel, accountId)
      const { name = accountId, enabled = true, dmPolicy, groupPolicy } = account ?? {}
      const credentials = credentialsOf(reading, environment, channel, accountId)
      return { channel, accountId, name, enabled, dmPolicy, groupPolicy, credentials }
    }),
  )
  if (context.json) context.printJson({ ok: true, accounts })
  else if (accounts.length === 0) context.print('no channels; see: mayros channels add --help')
  else {
    context.print(
      table(
        accounts.map(({ channel, accountId, name, enabled, credentials }) => [
          `${channel}/${accountId}`,
          name === accountId ? '' : name,
          enabled ? 'enabled' : 'disabled',
          credentials.map(({ key, source }) => `${key}: ${source ?? 'missing'}`).join('  '),
        ]),
      ),
    )
  }
  return exitCodes.ok
}

function credentialsOf(
  reading: ConfigReading,
  environment: CliEnvironment,
  channel: string,
  accountId: string,
): readonly Credential[] {
  const form: ChannelForm | undefined = Object.hasOwn(CHANNEL_FORMS, channel) ? CHANNEL_FORMS[channel] : undefined
  const isDefault = accountId === DEFAULT_ACCOUNT_ID
  const originOf = (key: string) =>
    reading.origins.get(`channels.${channel}.accounts.${accountId}.${key}`) ??
    reading.origins.get(`channels.${channel}.${key}`)
  return (form?.credentials ?? []).flatMap(({ key, variable, file }, index): Credential[] => {
    const written = originOf(key)
    if (written !== undefined) return [{ key, source: sourceText(written, environment) }]
    const inFile = file === undefined ? undefined : originOf(file)
    if (inFile !== undefined) return [{ key, source: `${file} (${sourceText(inFile, environment)})` }]
    const isSet = variable !== undefined && isDefault && (environment.variables[variable] ?? '') !== ''
    if (isSet) return [{ key, source: `variable ${variable}` }]
    // Passwords of IRC are optional; what every account needs is the first of the others.
    return channel === 'irc' || index > 0 ? [] : [{ key, source: null }]
  })
}

function sourceText({ file, line, reference }: ConfigOrigin, { home }: CliEnvironment): string {
  return reference ?? `${shortPath(file, home)}:${line}`
}
