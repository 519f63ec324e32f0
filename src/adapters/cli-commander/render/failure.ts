import { Failure, messageOf } from '../../../domain/failure.js'
import { CliFailure } from '../cli-failure.js'

/** Lines for stderr. */
export function failureLines(failure: unknown, withStack: boolean): string[] {
  const lines = [`Error: ${messageOf(failure)}`]
  if (failure instanceof CliFailure) {
    for (const note of failure.notes) lines.push(`  ${note.label.padEnd(8)}${note.text}`)
    if (failure.code === 'rpc' && failure.details !== undefined) lines.push(...detailLines(failure.details))
  }
  if (withStack && failure instanceof Error && failure.stack !== undefined) lines.push(failure.stack)
  return lines
}

/** The one document of a command that failed. */
export function failureDocument(failure: unknown): Record<string, unknown> {
  const code = failure instanceof Failure ? failure.code : 'internal'
  const details = failure instanceof Failure ? (failure.details ?? {}) : {}
  const hint = failure instanceof CliFailure ? failure.notes.find((note) => note.label === 'fix')?.text : undefined
  return { ok: false, error: { code, message: messageOf(failure), hint: hint ?? null, details } }
}

function detailLines(details: unknown): string[] {
  return JSON.stringify(details, null, 2)
    .split('\n')
    .map((line) => `  ${line}`)
}
