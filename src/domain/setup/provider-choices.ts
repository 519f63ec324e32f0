/** A model provider that a set-up offers: whoever has its key needs nothing else. */
export interface ProviderChoice {
  /** The word of `--auth-choice <word>-api-key` and `--<word>-api-key`. */
  readonly word: string
  /** As the configuration calls the provider. */
  readonly provider: string
  /** For people. */
  readonly label: string
  /** The variable that holds its key. */
  readonly keyVariable: string
  /** What answers when nobody names another model of this provider. */
  readonly model: string
}

/** In the order in which they are offered. */
export const PROVIDER_CHOICES: readonly ProviderChoice[] = [
  choice('anthropic', 'Anthropic', 'claude-sonnet-5'),
  choice('openai', 'OpenAI', 'gpt-5.6'),
  choice('gemini', 'Google Gemini', 'gemini-flash-latest', 'google'),
  choice('openrouter', 'OpenRouter', 'openrouter/auto'),
  choice('mistral', 'Mistral', 'mistral-large-latest'),
  choice('groq', 'Groq', 'llama-3.3-70b-versatile'),
  choice('xai', 'xAI', 'grok-4'),
  choice('zai', 'Z.AI', 'glm-4.6'),
  choice('moonshot', 'Moonshot', 'kimi-latest'),
  choice('minimax', 'MiniMax', 'MiniMax-M2'),
  choice('deepseek', 'DeepSeek', 'deepseek-chat'),
]

/** The variable in which the key of a provider of one's own is looked for: `my-llm` → `MY_LLM_API_KEY`. */
export function keyVariableFor(provider: string): string {
  return `${provider.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY`
}

function choice(word: string, label: string, model: string, provider = word): ProviderChoice {
  return { word, provider, label, keyVariable: keyVariableFor(word), model }
}
