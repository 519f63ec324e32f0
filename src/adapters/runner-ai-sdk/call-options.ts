import type { LanguageModelV3CallOptions, LanguageModelV3Prompt, SharedV3ProviderOptions } from '@ai-sdk/provider'
import type { RunnerRequest } from '../../application/ports/agent-runner.js'
import type { ProviderApi, ProviderModel } from './provider-table.js'
import { thinkingOptions } from './thinking-options.js'
import { transcriptPrompt } from './transcript-prompt.js'

/** One request in the SDK's words. */
export function callOptions(
  request: RunnerRequest,
  api: ProviderApi,
  system: string,
  listed: ProviderModel | undefined,
  abortSignal: AbortSignal,
): LanguageModelV3CallOptions {
  const { history, message, attachments } = request
  const images = listed?.input?.includes('image') ?? true
  const prompt = transcriptPrompt({
    system,
    history,
    message,
    images,
    ...(attachments === undefined ? {} : { attachments }),
  })
  return {
    prompt,
    abortSignal,
    providerOptions: providerOptions(api, request, listed),
    ...(listed?.maxTokens === undefined ? {} : { maxOutputTokens: listed.maxTokens }),
    ...(api === 'anthropic-messages' ? formerTools(prompt) : {}),
  }
}

function providerOptions(
  api: ProviderApi,
  request: RunnerRequest,
  listed: ProviderModel | undefined,
): SharedV3ProviderOptions {
  const thinking = thinkingOptions(api, request.model.model, request.thinking, listed?.reasoning)
  // Transcripts are ours to keep: without this the provider stores every answer.
  return api === 'openai-responses' ? { openai: { store: false, ...thinking.openai } } : thinking
}

/** Anthropic refuses a conversation with tool calls unless these tools are declared. */
function formerTools(prompt: LanguageModelV3Prompt): Pick<LanguageModelV3CallOptions, 'tools'> {
  const names = new Set<string>()
  for (const message of prompt) {
    if (message.role !== 'assistant') continue
    for (const part of message.content) if (part.type === 'tool-call') names.add(part.toolName)
  }
  if (names.size === 0) return {}
  const description = 'Was used earlier in this conversation and is not available any more. Never call it.'
  return { tools: [...names].map((name) => ({ type: 'function', name, description, inputSchema: { type: 'object' } })) }
}
