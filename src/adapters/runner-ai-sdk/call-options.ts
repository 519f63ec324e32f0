import type { LanguageModelV3CallOptions, LanguageModelV3Prompt, SharedV3ProviderOptions } from '@ai-sdk/provider'
import type { RunnerRequest, ToolSpec } from '../../application/ports/agent-runner.js'
import { answerSettings, schemaOptions, toolChoiceOf } from './answer-settings.js'
import { modelParams } from './model-params.js'
import type { ProviderApi, ProviderModel } from './provider-table.js'
import { mayThink, type SignedThoughts } from './signed-thoughts.js'
import { thinkingOptions } from './thinking-options.js'
import { transcriptPrompt } from './transcript-prompt.js'

/** One request in the SDK's words. */
export function callOptions(
  request: RunnerRequest,
  api: ProviderApi,
  system: string,
  listed: ProviderModel | undefined,
  abortSignal: AbortSignal,
  thoughts: SignedThoughts,
): LanguageModelV3CallOptions {
  const { history, message, attachments } = request
  const images = listed?.input?.includes('image') ?? true
  const sound = transcriptPrompt({
    api,
    system,
    history,
    message,
    images,
    ...(attachments === undefined ? {} : { attachments }),
  })
  const isAnthropic = api === 'anthropic-messages'
  const prompt = isAnthropic ? thoughts.restored(sound, request.runId) : sound
  const params = modelParams(request.params, api)
  const tools = toolsOf(request.tools ?? [], isAnthropic ? formerTools(prompt) : [])
  return {
    prompt,
    abortSignal,
    providerOptions:
      isAnthropic && !mayThink(prompt) ? {} : { ...params.options, ...providerOptions(api, request, listed) },
    ...(listed?.maxTokens === undefined ? {} : { maxOutputTokens: listed.maxTokens }),
    ...params.settings,
    ...(request.settings === undefined ? {} : answerSettings(request.settings, listed?.maxTokens)),
    ...(tools.length === 0 ? {} : { tools }),
    ...(request.toolChoice === undefined || tools.length === 0 ? {} : { toolChoice: toolChoiceOf(request.toolChoice) }),
  }
}

type FunctionTool = Extract<NonNullable<LanguageModelV3CallOptions['tools']>[number], { type: 'function' }>

function toolsOf(offered: readonly ToolSpec[], former: readonly string[]): FunctionTool[] {
  const now = offered.map(
    ({ name, description, parameters }): FunctionTool => ({
      type: 'function',
      name,
      description,
      inputSchema: parameters,
    }),
  )
  const gone = former.filter((name) => !offered.some((tool) => tool.name === name))
  return [
    ...now,
    ...gone.map(
      (name): FunctionTool => ({ type: 'function', name, description: GONE, inputSchema: { type: 'object' } }),
    ),
  ]
}

function providerOptions(
  api: ProviderApi,
  request: RunnerRequest,
  listed: ProviderModel | undefined,
): SharedV3ProviderOptions {
  const thinking = thinkingOptions(api, request.model.model, request.thinking, listed?.reasoning)
  const schema = schemaOptions(request.settings?.format)
  switch (api) {
    case 'openai-completions':
      return { ...thinking, openaiCompatible: { ...thinking.openaiCompatible, ...schema } }
    case 'openai-responses':
      // Transcripts are ours to keep: without this the provider stores every answer.
      return { openai: { store: false, ...thinking.openai, ...schema } }
    default:
      return thinking
  }
}

const GONE = 'Was used earlier in this conversation and is not available any more. Never call it.'

/** Anthropic refuses a conversation with tool calls unless these tools are declared. */
function formerTools(prompt: LanguageModelV3Prompt): readonly string[] {
  const names = new Set<string>()
  for (const message of prompt) {
    if (message.role !== 'assistant') continue
    for (const part of message.content) if (part.type === 'tool-call') names.add(part.toolName)
  }
  return [...names]
}
