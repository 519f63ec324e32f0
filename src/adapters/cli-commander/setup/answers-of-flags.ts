import { resolve } from 'node:path'
import type { ModelAnswer, SetupAnswers } from '../../../application/setup/setup-answers.js'
import { PROVIDER_CHOICES } from '../../../domain/setup/provider-choices.js'
import { UsageFailure } from '../cli-failure.js'
import type { CommandContext } from '../command-context.js'
import { type AnswerFlags, type ConfigureFlags, keyFlagOf } from './setup-flags.js'

/**
 * What the command line answers.
 * @throws UsageFailure for flags that contradict each other or say half of something
 */
export async function answersOfFlags(context: CommandContext, given: AnswerFlags): Promise<SetupAnswers> {
  const flags = await withSecretsFromStdin(context, given)
  const { variables } = await context.environment()
  const model = modelOf(flags, variables)
  const { gatewayAuth, gatewayPassword, gatewayToken } = flags
  if (gatewayAuth === 'password' && gatewayToken !== undefined) {
    throw new UsageFailure('--gateway-token is not used with --gateway-auth password')
  }
  return {
    ...present({ mode: flags.mode as SetupAnswers['mode'] }),
    ...present({ workspace: flags.workspace === undefined ? undefined : fullPath(flags.workspace) }),
    remote: present({ url: remoteUrl(flags), token: flags.remoteToken }),
    gateway: present({
      port: flags.gatewayPort,
      bind: flags.gatewayBind,
      auth: gatewayAuth as 'token' | 'password' | undefined,
      token: gatewayToken,
      password: gatewayPassword === undefined ? undefined : await context.deps.hashPassword(gatewayPassword),
      tailscale: flags.tailscale as 'off' | 'serve' | 'funnel' | undefined,
    }),
    ...present({ model }),
    keys: keysBeside(flags, model),
  }
}

/** Relative to where the command runs; `~` stays, the file may say it. */
export function fullPath(path: string): string {
  return path === '~' || path.startsWith('~/') ? path : resolve(path)
}

/** Without what is undefined. */
export function present<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>
  }
}

function remoteUrl({ mode, remoteUrl: url }: AnswerFlags): string | undefined {
  if (url !== undefined && !/^wss?:\/\/./.test(url)) {
    throw new UsageFailure(`--remote-url: expected a ws:// or wss:// address, got "${url}"`)
  }
  if (url !== undefined && mode === 'local') throw new UsageFailure('--remote-url needs --mode remote')
  return url
}

function modelOf(flags: AnswerFlags, variables: Readonly<Record<string, string | undefined>>): ModelAnswer | undefined {
  const choice = flags.authChoice ?? impliedChoice(flags)
  if (choice === undefined || choice === 'skip') {
    if (flags.model !== undefined) throw new UsageFailure('--model needs --auth-choice')
    return undefined
  }
  if (choice === 'custom-api-key') return customOf(flags)
  const provider = PROVIDER_CHOICES.find(({ word }) => choice === `${word}-api-key`)
  if (provider === undefined) throw new UsageFailure(`--auth-choice: no such provider: ${choice}`)
  const key = keyFlagOf(flags, provider.word)
  if (key === undefined && (variables[provider.keyVariable] ?? '').trim() === '') {
    throw new UsageFailure(`--auth-choice ${choice} needs --${choice}, or ${provider.keyVariable} in the environment`)
  }
  return { kind: 'provider', choice: provider, ...present({ key, model: flags.model }) }
}

/** One key on the command line says which provider is meant. */
function impliedChoice(flags: AnswerFlags): string | undefined {
  const words = PROVIDER_CHOICES.map(({ word }) => word).filter((word) => keyFlagOf(flags, word) !== undefined)
  if (flags.customBaseUrl !== undefined) words.push('custom')
  if (words.length > 1) throw new UsageFailure('several keys are given; add --auth-choice for the one that answers')
  return words[0] === undefined ? undefined : `${words[0]}-api-key`
}

function customOf(flags: AnswerFlags): ModelAnswer {
  const { customBaseUrl: baseUrl, customModelId, customApiKey, customProviderId, customCompatibility } = flags
  const model = customModelId ?? flags.model
  if (baseUrl === undefined || model === undefined) {
    throw new UsageFailure('--auth-choice custom-api-key needs --custom-base-url and --custom-model-id')
  }
  const provider = customProviderId ?? 'custom'
  if (!PROVIDER_ID.test(provider)) {
    throw new UsageFailure(`--custom-provider-id: expected letters, digits, "-" and "_", got "${provider}"`)
  }
  const compatibility = customCompatibility === 'anthropic' ? 'anthropic' : 'openai'
  return { kind: 'custom', provider, baseUrl, compatibility, model, ...present({ key: customApiKey }) }
}

export const PROVIDER_ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/

/** Keys that are stored although another provider answers. */
function keysBeside(flags: ConfigureFlags, model: ModelAnswer | undefined): NonNullable<SetupAnswers['keys']> {
  const others = PROVIDER_CHOICES.filter((choice) => model?.kind !== 'provider' || model.choice !== choice)
  const found = others.map(({ word, keyVariable }) => ({ name: keyVariable, value: keyFlagOf(flags, word) }))
  const web = { name: WEB_KEY, value: flags.webApiKey }
  return [...found, web].flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]))
}

/** The variable of the search provider. */
export const WEB_KEY = 'BRAVE_API_KEY'

/** `-` stands for a line of standard input; there is only one. */
async function withSecretsFromStdin<Flags extends AnswerFlags>(context: CommandContext, flags: Flags): Promise<Flags> {
  const asked = Object.entries(flags).filter(([name, value]) => value === '-' && /(Key|Token|Password)$/.test(name))
  const [first, second] = asked
  if (second !== undefined) throw new UsageFailure('only one secret can come from stdin')
  const read = first === undefined ? {} : { [first[0]]: (await context.deps.stdin.readLine()).trim() }
  const filled = { ...flags, ...read }
  for (const [name, value] of Object.entries(filled)) {
    if (typeof value !== 'string' || !/(Key|Token|Password)$/.test(name)) continue
    if (value.trim() === '') throw new UsageFailure(`${flagNamed(name)} is empty`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(value)) throw new UsageFailure(`${flagNamed(name)} has a control character in it`)
  }
  return filled
}

function flagNamed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
