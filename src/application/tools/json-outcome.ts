import type { ToolOutcome } from '../ports/tools.js'

/** An outcome that is data: JSON for the model, the value for programs. */
export function jsonOutcome(value: unknown): ToolOutcome {
  return { content: [{ type: 'text', text: JSON.stringify(value) }], details: value }
}
