import type { CompactHistory } from './compact-history.js'
import type { RunCompaction } from './run-hooks.js'

/** Compaction as a run asks for it: near the end of the window of its first model, and once after it was exceeded. */
export function compactForRuns(history: CompactHistory): RunCompaction {
  return {
    needed: (messages, models) => history.needed(messages, models.primary),
    async compact(session, model, signal) {
      try {
        return await history.compact(session, model, signal)
      } catch (thrown) {
        // A run that was stopped meanwhile ends by itself.
        if (signal.aborted) return { compacted: false }
        throw thrown
      }
    },
  }
}
