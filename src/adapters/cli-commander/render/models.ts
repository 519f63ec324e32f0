import { printable } from '../../../domain/log/printable.js'
import type { KeyRest, ListedModel, ListedProvider, ModelFacts } from '../models/model-facts.js'
import { roughly, table } from './words.js'

/** One model a line: reference, window, what it takes, whether it can answer, short name and part. */
export function modelLines(models: readonly ListedModel[]): string[] {
  if (models.length === 0) return ['no models; add a provider: mayros config set models.providers.<id>.apiKey ...']
  return table(
    models.map((model) => [
      printable(model.key),
      model.contextWindow === undefined ? '-' : `${Math.round(model.contextWindow / 1000)}k`,
      (model.input ?? []).map(printable).join('+') || '-',
      model.available ? 'key found' : 'key missing',
      [...(model.alias === null ? [] : [`alias ${printable(model.alias)}`]), ...model.tags.map(printable)].join(', '),
    ]),
  )
}

/** Default, fallbacks, and each provider's keys: where they come from, never what they are. */
export function modelStatusLines(facts: ModelFacts, now: number): string[] {
  const { resolvedDefault, fallbacks, imageModel, aliases, allowed, auth } = facts
  const names = Object.entries(aliases).map(([alias, ref]) => `${alias} = ${ref}`)
  const rows = [
    ['Default', printable(resolvedDefault)],
    ['Fallbacks', listed(fallbacks)],
    ['Images', imageModel === null ? 'the same' : printable(choiceText(imageModel))],
    ['Aliases', listed(names)],
    ['Allowed', allowed.length === 0 ? 'all' : listed(allowed)],
  ]
  const providers = auth.providers.flatMap((provider) => providerRows(provider, now))
  const missing = auth.missingProvidersInUse.map(
    (id) => `no key for ${printable(id)}, which is in use; set ${variableOf(id, auth.providers)}`,
  )
  return [
    ...table(rows),
    'Keys',
    ...(providers.length === 0 ? ['  no providers'] : table(providers).map((line) => `  ${line}`)),
    ...missing,
  ]
}

function providerRows({ provider, missing, keyVariable, keys, cooldown }: ListedProvider, now: number): string[][] {
  const id = printable(provider)
  if (keys.length === 0) {
    const state = missing ? `missing, set ${printable(keyVariable)}` : 'none needed'
    return [[id, state, restText(cooldown, now)]]
  }
  return keys.map((key) => [id, `${printable(key.name)} (${printable(key.source)})`, restText(key.cooldown, now)])
}

function restText(rest: KeyRest | null, now: number): string {
  return rest === null ? 'ready' : `rests for ${roughly(rest.untilMs - now)} (${printable(rest.reason)})`
}

function variableOf(id: string, providers: readonly ListedProvider[]): string {
  return printable(providers.find(({ provider }) => provider === id)?.keyVariable ?? `models.providers.${id}.apiKey`)
}

function choiceText(choice: unknown): string {
  if (typeof choice === 'string') return choice
  const { primary, fallbacks = [] } = choice as { readonly primary?: string; readonly fallbacks?: readonly string[] }
  return [primary, ...fallbacks].filter((ref) => ref !== undefined).join(', ')
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? 'none' : texts.map(printable).join(', ')
}
