import type { GatewayConfig } from './config.js'

/** What an alias of `agents.defaults.models` stands for, in any case of letters; other texts stand for themselves. */
export function modelBehind(written: string, config: Pick<GatewayConfig, 'agents'>): string {
  const wanted = written.trim().toLowerCase()
  const known = Object.entries(config.agents.defaults.models)
  return known.find(([, { alias }]) => alias?.trim().toLowerCase() === wanted)?.[0] ?? written
}
