import { agentRules, agentWarnings } from './agent-rules.js'
import { channelRules } from './channel-rules.js'
import type { GatewayConfig } from './config.js'
import type { LocatedProblem } from './explain-issues.js'
import { gatewayRules } from './gateway-rules.js'
import { hooksRules } from './hooks-rules.js'
import { modelRules } from './model-rules.js'
import { outsideChannelRules } from './outside-channels.js'
import { patternRules } from './pattern-rules.js'
import { referenceRules } from './reference-rules.js'

/** What no single key can tell: rules over several keys of a configuration that is valid key by key. */
export function crossChecks(config: GatewayConfig): { problems: LocatedProblem[]; warnings: LocatedProblem[] } {
  const channels = channelRules(config)
  const models = modelRules(config)
  const references = referenceRules(config)
  return {
    problems: [
      ...gatewayRules(config),
      ...agentRules(config),
      ...hooksRules(config),
      ...outsideChannelRules(config),
      ...channels.problems,
      ...references.problems,
      ...models.problems,
      ...patternRules(config),
    ],
    warnings: [...agentWarnings(config), ...channels.warnings, ...references.warnings, ...models.warnings],
  }
}
