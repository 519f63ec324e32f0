import type { KeyPath } from '../../domain/config/key-path.js'
import { valueAt } from '../../domain/config/value-at.js'
import { readModelRef } from '../../domain/model/model-ref.js'
import type { DotenvVariable } from '../../domain/setup/dotenv-text.js'
import { keyVariableFor } from '../../domain/setup/provider-choices.js'
import type { ConfigEdit } from '../ports/config-source.js'
import { DEV_CONFIG } from './dev-config.js'
import type { ModelAnswer, SetupAnswers } from './setup-answers.js'

/** What is there before the set-up. */
export interface SetupFacts {
  /** What the configuration files say, defaults absent; anything but an object = nothing. */
  readonly resolved: unknown
  readonly hasConfig: boolean
  readonly isDev: boolean
  /** The environment has a token or password for the gateway. */
  readonly hasSecretInEnvironment: boolean
  /** A port of its own, where the usual one belongs to another gateway of this user; null = the usual one will do. */
  readonly ownPort: number | null
  /** A random token. */
  readonly newToken: () => string
}

/** What a set-up writes. */
export interface SetupPlan {
  readonly edits: readonly ConfigEdit[]
  /** For `<state dir>/.env`. */
  readonly variables: readonly DotenvVariable[]
  readonly mode: 'local' | 'remote'
  /** A token is among the edits that nobody chose. */
  readonly generatesToken: boolean
}

/** The changes that make the answers true and a gateway able to start; what is there and was not asked about stays. */
export function planSetup(answers: SetupAnswers, facts: SetupFacts): SetupPlan {
  const written = (...at: KeyPath) => valueAt(facts.resolved, at)
  const mode = answers.mode ?? modeFrom(written('gateway', 'mode'), answers)
  const generatesToken = mode === 'local' && needsToken(answers, facts)
  const { gateway = {}, remote = {} } = answers
  const { model } = answers
  const freshDev = facts.isDev && !facts.hasConfig ? DEV_CONFIG : []
  const port = gateway.port ?? (written('gateway', 'port') === undefined ? (facts.ownPort ?? undefined) : undefined)
  const wanted: readonly (readonly [KeyPath, unknown])[] = [
    [['gateway', 'mode'], mode],
    [['gateway', 'port'], port],
    [['gateway', 'bind'], gateway.bind],
    [['gateway', 'auth', 'mode'], gateway.auth],
    [['gateway', 'auth', 'token'], gateway.token ?? (generatesToken ? facts.newToken() : undefined)],
    [['gateway', 'auth', 'password'], gateway.password],
    [['gateway', 'tailscale', 'mode'], gateway.tailscale],
    [['gateway', 'remote', 'url'], remote.url],
    [['gateway', 'remote', 'token'], remote.token],
    [['agents', 'defaults', 'workspace'], answers.workspace],
    [['session', 'dmScope'], answers.dmScope],
    ...(model === undefined ? [] : modelEdits(model, facts.resolved)),
  ]
  return {
    edits: [
      ...freshDev.filter(({ path }) => path[0] !== 'gateway'),
      ...wanted.flatMap(([path, value]) => (value === undefined ? [] : [{ path, value }])),
    ],
    variables: [...keysOf(model), ...(answers.keys ?? [])],
    mode,
    generatesToken,
  }
}

/** Whoever gives nothing but the address of a gateway elsewhere wants to call that one; what is decided stays. */
function modeFrom(before: unknown, { remote }: SetupAnswers): 'local' | 'remote' {
  if (before === 'local' || before === 'remote') return before
  return remote?.url === undefined ? 'local' : 'remote'
}

/** As the first start of a gateway sees it, so that both do the same. */
function needsToken({ gateway = {} }: SetupAnswers, { resolved, hasSecretInEnvironment }: SetupFacts): boolean {
  const auth = (valueAt(resolved, ['gateway', 'auth']) ?? {}) as Readonly<Record<string, unknown>>
  if (hasSecretInEnvironment || gateway.token !== undefined || auth.token !== undefined) return false
  const hasPassword = gateway.password !== undefined || auth.password !== undefined
  return (gateway.auth ?? auth.mode ?? (hasPassword ? 'password' : 'token')) === 'token'
}

function keysOf(model: ModelAnswer | undefined): readonly DotenvVariable[] {
  if (model?.key === undefined) return []
  const name = model.kind === 'provider' ? model.choice.keyVariable : keyVariableFor(model.provider)
  return [{ name, value: model.key }]
}

function modelEdits(answer: ModelAnswer, resolved: unknown): readonly (readonly [KeyPath, unknown])[] {
  const place: KeyPath = ['agents', 'defaults', 'model']
  const current = valueAt(resolved, place)
  const at: KeyPath = typeof current === 'object' && current !== null ? [...place, 'primary'] : place
  if (answer.kind === 'custom') {
    const { provider, baseUrl, compatibility, model } = answer
    const section: KeyPath = ['models', 'providers', provider]
    const before = valueAt(resolved, [...section, 'models'])
    const models = Array.isArray(before) ? (before as readonly { readonly id?: unknown }[]) : []
    const isListed = models.some(({ id }) => id === model)
    return [
      [[...section, 'baseUrl'], baseUrl],
      [[...section, 'api'], compatibility === 'anthropic' ? 'anthropic-messages' : 'openai-completions'],
      [[...section, 'models'], isListed ? models : [...models, { id: model }]],
      [at, `${provider}/${model}`],
    ]
  }
  const { choice, model } = answer
  const inUse = typeof current === 'object' ? valueAt(resolved, [...place, 'primary']) : current
  const isOfProvider = typeof inUse === 'string' && readModelRef(inUse)?.provider === choice.provider
  if (model === undefined && isOfProvider) return []
  return [[at, `${choice.provider}/${model ?? choice.model}`]]
}
