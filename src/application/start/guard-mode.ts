import type { StartRefusal } from './start-refusal.js'

export interface ModeFacts {
  /** For people: `~/.mayros/mayros.json`. */
  readonly configPath: string
  readonly configExists: boolean
  readonly mode: 'local' | 'remote' | undefined
  readonly allowUnconfigured: boolean
}

/** A gateway runs only on a machine that was set up for it, or whose operator insists. */
export function guardMode(facts: ModeFacts): StartRefusal | null {
  if (facts.allowUnconfigured || facts.mode === 'local') return null
  if (!facts.configExists) {
    return {
      kind: 'configuration',
      message: `Gateway start blocked: no config at ${facts.configPath}. Run: mayros setup   (or pass --allow-unconfigured)`,
      facts: [],
      fix: null,
    }
  }
  return {
    kind: 'configuration',
    message: `Gateway start blocked: set gateway.mode=local (current: ${facts.mode ?? 'unset'}) or pass --allow-unconfigured`,
    facts: [],
    fix: 'mayros config set gateway.mode local',
  }
}
