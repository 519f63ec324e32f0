import { parseModelRef } from './agent-directory.js'
import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { finding, notFound } from './finding.js'
import type { KeyPath } from './key-path.js'
import { modelBehind } from './model-alias.js'

/** Providers that can be named without a section of their own. */
const BUILT_IN_PROVIDERS = [
  'openai',
  'anthropic',
  'google',
  'openrouter',
  'groq',
  'mistral',
  'xai',
  'zai',
  'moonshot',
  'minimax',
  'deepseek',
  'echo',
]

interface NamedModel {
  readonly at: KeyPath
  readonly ref: string
}

/** Whether the models that are named can exist. */
export function modelRules(config: GatewayConfig): { problems: LocatedProblem[]; warnings: LocatedProblem[] } {
  const judged = modelsNamed(config).map((named) => judge(named, config))
  return {
    problems: judged.flatMap(({ problem }) => problem ?? []),
    warnings: judged.flatMap(({ warning }) => warning ?? []),
  }
}

function judge({ at, ref }: NamedModel, config: GatewayConfig): { problem?: LocatedProblem; warning?: LocatedProblem } {
  const choice = parseModelRef(modelBehind(ref, config))
  if (choice === null) {
    const message = `expected provider/model or an alias of agents.defaults.models, got ${JSON.stringify(ref)}`
    return { problem: finding(at, 'bad_value', message) }
  }
  const own = Object.entries(config.models.providers)
  const known = [...own.map(([id]) => id), ...BUILT_IN_PROVIDERS, ...Object.keys(config.agents.defaults.cliBackends)]
  if (!known.some((id) => id.toLowerCase() === choice.provider.toLowerCase())) {
    return { problem: notFound(at, 'provider', choice.provider, known) }
  }
  const listed = own.find(([id]) => id === choice.provider)?.[1].models?.map(({ id }) => id) ?? []
  if (listed.length === 0 || listed.includes(choice.model)) return {}
  return { warning: notFound(at, `model of ${choice.provider}`, choice.model, listed) }
}

function modelsNamed(config: GatewayConfig): NamedModel[] {
  const { defaults, list = [] } = config.agents
  const base: KeyPath = ['agents', 'defaults']
  return [
    ...choiceAt([...base, 'model'], defaults.model),
    ...choiceAt([...base, 'imageModel'], defaults.imageModel),
    ...choiceAt([...base, 'subagents', 'model'], defaults.subagents.model),
    ...choiceAt([...base, 'heartbeat', 'model'], defaults.heartbeat.model),
    ...Object.keys(defaults.models).map((ref) => ({ at: [...base, 'models', ref], ref })),
    ...list.flatMap((agent, index) => [
      ...choiceAt(['agents', 'list', index, 'model'], agent.model),
      ...choiceAt(['agents', 'list', index, 'subagents', 'model'], agent.subagents?.model),
      ...choiceAt(['agents', 'list', index, 'heartbeat', 'model'], agent.heartbeat?.model),
    ]),
    ...config.hooks.mappings.flatMap(({ model }, index) => choiceAt(['hooks', 'mappings', index, 'model'], model)),
    ...Object.entries(config.channels.modelByChannel).flatMap(([channel, chats]) =>
      Object.entries(chats).map(([chat, ref]) => ({ at: ['channels', 'modelByChannel', channel, chat], ref })),
    ),
  ]
}

function choiceAt(at: KeyPath, choice: GatewayConfig['agents']['defaults']['model']): NamedModel[] {
  if (choice === undefined) return []
  if (typeof choice === 'string') return [{ at, ref: choice }]
  return [
    ...(choice.primary === undefined ? [] : [{ at: [...at, 'primary'], ref: choice.primary }]),
    ...(choice.fallbacks ?? []).map((ref, index) => ({ at: [...at, 'fallbacks', index], ref })),
  ]
}
