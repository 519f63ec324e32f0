import type { LanguageModelV3StreamPart } from '@ai-sdk/provider'
import type { RunnerPart } from '../../application/ports/agent-runner.js'

/** The SDK's part in our words; null for what nobody shows: starts, ends, metadata, sources. */
export function runnerPart(part: LanguageModelV3StreamPart): RunnerPart | null {
  switch (part.type) {
    case 'text-delta':
      return part.delta === '' ? null : { type: 'text', delta: part.delta }
    case 'reasoning-delta':
      return part.delta === '' ? null : { type: 'thinking', delta: part.delta }
    case 'tool-call': {
      const call = { toolCallId: part.toolCallId, name: part.toolName, ...argumentsOf(part.input) }
      if (part.providerExecuted !== true) return { type: 'tool.call', ...call }
      return { type: 'tool.start', toolCallId: call.toolCallId, name: call.name, args: call.args }
    }
    case 'tool-result': {
      const call = { toolCallId: part.toolCallId, name: part.toolName }
      if (part.preliminary === true) return { type: 'tool.update', ...call, partialResult: part.result }
      return { type: 'tool.result', ...call, result: part.result, isError: part.isError ?? false }
    }
    default:
      return null
  }
}

/** The arguments as an object; as the text that was sent, and what is wrong with it, when they are none. */
function argumentsOf(input: string): { readonly args: unknown; readonly problem?: string } {
  if (input.trim() === '') return { args: {} }
  const args = parsed(input)
  if (typeof args === 'object' && args !== null && !Array.isArray(args)) return { args }
  return { args: input, problem: args === undefined ? 'they are not valid JSON' : 'they are no JSON object' }
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch {
    return undefined
  }
}
