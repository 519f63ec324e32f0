import type { LanguageModelV3StreamPart } from '@ai-sdk/provider'
import type { RunnerPart } from '../../application/ports/agent-runner.js'

/** The SDK's part in our words; null for what nobody shows: starts, ends, metadata, sources. */
export function runnerPart(part: LanguageModelV3StreamPart): RunnerPart | null {
  switch (part.type) {
    case 'text-delta':
      return part.delta === '' ? null : { type: 'text', delta: part.delta }
    case 'reasoning-delta':
      return part.delta === '' ? null : { type: 'thinking', delta: part.delta }
    case 'tool-call':
      return { type: 'tool.start', toolCallId: part.toolCallId, name: part.toolName, args: argumentsOf(part.input) }
    case 'tool-result': {
      const call = { toolCallId: part.toolCallId, name: part.toolName }
      if (part.preliminary === true) return { type: 'tool.update', ...call, partialResult: part.result }
      return { type: 'tool.result', ...call, result: part.result, isError: part.isError ?? false }
    }
    default:
      return null
  }
}

/** The arguments as an object; as text when the model wrote something else. */
function argumentsOf(input: string): unknown {
  try {
    return input.trim() === '' ? {} : JSON.parse(input)
  } catch {
    return input
  }
}
