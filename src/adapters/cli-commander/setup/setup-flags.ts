import { type Command, Option } from 'commander'
import { PROVIDER_CHOICES } from '../../../domain/setup/provider-choices.js'
import { listed, oneOf, wholeNumber } from '../option-values.js'

/** What a machine is to be, and where its agent works. */
export interface PlaceFlags {
  readonly mode?: string
  readonly workspace?: string
  readonly remoteUrl?: string
  readonly remoteToken?: string
  readonly gatewayPort?: number
}

/** Everything that can be answered on the command line instead of at a question. */
export interface AnswerFlags extends PlaceFlags {
  /** `<word>-api-key`, `custom-api-key` or `skip`. */
  readonly authChoice?: string
  /** Id of a model with its provider. */
  readonly model?: string
  readonly customBaseUrl?: string
  readonly customModelId?: string
  readonly customApiKey?: string
  readonly customProviderId?: string
  readonly customCompatibility?: string
  readonly gatewayBind?: string
  readonly gatewayAuth?: string
  readonly gatewayToken?: string
  readonly gatewayPassword?: string
  readonly tailscale?: string
  readonly installDaemon?: boolean
  readonly skipDaemon?: boolean
  readonly daemonRuntime?: string
  readonly nonInteractive?: boolean
  readonly dryRun?: boolean
}

export interface OnboardFlags extends AnswerFlags {
  readonly flow?: string
  readonly acceptRisk?: boolean
  readonly reset?: boolean
  readonly skipChannels?: boolean
  readonly skipSkills?: boolean
  readonly skipHealth?: boolean
  readonly skipUi?: boolean
}

export interface SetupFlags extends PlaceFlags {
  readonly wizard?: boolean
}

export const SECTIONS = ['workspace', 'model', 'web', 'gateway', 'daemon', 'channels', 'skills', 'health'] as const
export type Section = (typeof SECTIONS)[number]

export interface ConfigureFlags extends AnswerFlags {
  readonly section?: readonly Section[]
  readonly webApiKey?: string
}

/** The key that a flag gives for a provider: `--openai-api-key`. */
export function keyFlagOf(flags: AnswerFlags, word: string): string | undefined {
  const value: unknown = (flags as Readonly<Record<string, unknown>>)[`${word}ApiKey`]
  return typeof value === 'string' ? value : undefined
}

export const AUTH_CHOICES = [...PROVIDER_CHOICES.map(({ word }) => `${word}-api-key`), 'custom-api-key', 'skip']

const BINDS = ['loopback', 'lan', 'tailnet', 'auto', 'custom']

export function placeOptions(command: Command): Command {
  return command
    .option('--workspace <dir>', 'where the agent works (<state dir>/workspace)')
    .option('--mode <mode>', 'local: this machine runs the gateway; remote: it calls one', oneOf('--mode', MODES))
    .option('--remote-url <url>', 'ws:// or wss:// address of the gateway elsewhere')
    .option('--remote-token <token>', 'token of the gateway elsewhere; - reads it from stdin')
    .option('--gateway-port <1-65535>', 'port of the gateway', wholeNumber('--gateway-port', 1, 65_535))
}

const MODES = ['local', 'remote']

export function answerOptions(command: Command): Command {
  placeOptions(command).option(
    '--auth-choice <choice>',
    'which model is asked: <provider>-api-key, custom-api-key, skip',
    oneOf('--auth-choice', AUTH_CHOICES),
  )
  for (const { word, label } of PROVIDER_CHOICES) {
    command.option(`--${word}-api-key <key>`, `key of ${label}; - reads it from stdin`)
  }
  return command
    .option('--model <id>', 'model of that provider')
    .option('--custom-base-url <url>', 'address of a provider of your own')
    .option('--custom-model-id <id>', 'its model')
    .option('--custom-api-key <key>', 'its key; - reads it from stdin')
    .option('--custom-provider-id <id>', 'what to call it (custom)')
    .option(
      '--custom-compatibility <dialect>',
      'openai, anthropic',
      oneOf('--custom-compatibility', ['openai', 'anthropic']),
    )
    .option('--gateway-bind <mode>', BINDS.join(', '), oneOf('--gateway-bind', BINDS))
    .option('--gateway-auth <mode>', 'token, password', oneOf('--gateway-auth', ['token', 'password']))
    .option('--gateway-token <token>', 'token that clients show; - reads it from stdin')
    .option('--gateway-password <password>', 'password that clients show; - reads it from stdin')
    .option('--tailscale <mode>', 'off, serve, funnel', oneOf('--tailscale', ['off', 'serve', 'funnel']))
    .option('--install-daemon', 'install the service')
    .option('--no-install-daemon', 'do not install the service')
    .addOption(new Option('--skip-daemon', 'same as --no-install-daemon'))
    .option('--daemon-runtime <runtime>', 'node', oneOf('--daemon-runtime', ['node']))
    .option('--non-interactive', 'ask nothing; what no flag says stays as it is')
    .option('--dry-run', 'show what would be written')
}

export function sectionOption(command: Command): Command {
  const gather = listed('--section')
  const check = oneOf('--section', SECTIONS)
  return command
    .option('--section <name>', `${SECTIONS.join(', ')}; may be repeated`, (text: string, before?: readonly string[]) =>
      gather(text, before ?? []).map(check),
    )
    .option('--web-api-key <key>', 'key of the search provider; - reads it from stdin')
}
