import type { AiSdkRunner } from '../../../src/adapters/runner-ai-sdk/ai-sdk-runner.js'
import { type ProviderTable, providerTable } from '../../../src/adapters/runner-ai-sdk/provider-table.js'
import type { RunnerPart, RunnerRequest } from '../../../src/application/ports/agent-runner.js'
import type { Dialect } from '../../doubles/model-dialects.js'

export const DIALECTS: readonly Dialect[] = [
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'google-generative-ai',
]

/** Providers named after the dialect they speak, all at one address. */
export function tableFor(url: string, apiKey = 'secret-key-123456'): ProviderTable {
  const provider = (api: Dialect) => ({
    api,
    apiKey,
    baseUrl: `${url}/v1`,
    headers: { 'X-Tenant': 'tenant-header-secret' },
    models: [{ id: 'model-1', name: 'Model One', contextWindow: 1000, maxTokens: 500 }],
  })
  return providerTable({ providers: Object.fromEntries(DIALECTS.map((dialect) => [dialect, provider(dialect)])) }, {})
}

export function requestTo(provider: string, model = 'model-1'): RunnerRequest {
  return {
    runId: 'run-1',
    agentId: 'main',
    sessionKey: 'agent:main:main',
    model: { provider, model },
    workspace: '/nowhere',
    history: [],
    message: 'Hello',
  }
}

export async function collect(runner: AiSdkRunner, request: RunnerRequest): Promise<RunnerPart[]> {
  const { parts, error } = await endOf(runner, request)
  if (error !== undefined) throw error
  return parts
}

/** What was said until the answer ended, and the error that ended it. */
export async function endOf(
  runner: AiSdkRunner,
  request: RunnerRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly parts: RunnerPart[]; readonly error: unknown }> {
  const parts: RunnerPart[] = []
  try {
    for await (const part of runner.answer(request, signal)) parts.push(part)
    return { parts, error: undefined }
  } catch (error) {
    return { parts, error }
  }
}

export function textOf(parts: readonly RunnerPart[], type: 'text' | 'thinking' = 'text'): string {
  return parts.map((part) => (part.type === type && 'delta' in part ? part.delta : '')).join('')
}
