import type { Metrics } from '../ports/metrics.js'
import type { StoreChange } from '../ports/session-store.js'

/** Counts what a commit tells of runs and models. */
export function noteChanges(
  changes: readonly StoreChange[],
  metrics: Pick<Metrics, 'runAccepted' | 'runStarted' | 'tokensUsed'>,
): void {
  for (const change of changes) {
    if (change.kind === 'run.accept') metrics.runAccepted()
    else if (change.kind === 'run.start') metrics.runStarted()
    else if (change.kind === 'usage.add' && change.record.tokens !== null) {
      const { provider, model, tokens } = change.record
      metrics.tokensUsed(provider, model, tokens)
    }
  }
}
