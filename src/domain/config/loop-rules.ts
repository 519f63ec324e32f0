import type { LoopRules } from '../run/loop-detection.js'
import type { GatewayConfig } from './config.js'

/** When an agent is taken to repeat itself: its own settings, and the global ones for what it leaves out. */
export function loopRulesOf(config: GatewayConfig, agentId: string): LoopRules {
  const general = config.tools.loopDetection
  const own = config.agents.list?.find(({ id }) => id.toLowerCase() === agentId)?.tools?.loopDetection
  if (own === undefined) return general
  const { detectors, ...numbers } = own
  return { ...general, ...given(numbers), detectors: { ...general.detectors, ...given(detectors ?? {}) } }
}

function given<T extends object>(fields: T): { [Field in keyof T]: Exclude<T[Field], undefined> } {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [Field in keyof T]: Exclude<T[Field], undefined> }
}
