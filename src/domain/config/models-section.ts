import { z } from 'zod'
import { described, flag, inert, int, num, oneOf, text, texts } from './declare.js'
import type { SecretField } from './secret-field.js'
import { sensitive } from './sensitive.js'

/** Wire dialects of model providers. */
export const PROVIDER_APIS = [
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'google-generative-ai',
  'ollama',
] as const

const headers = () =>
  described(z.record(z.string(), sensitive(z.string())), 'Headers sent with every request (default none).').optional()

/** `models.*`: providers and what they offer. */
export const modelsSection = (secret: SecretField) =>
  z.strictObject({
    mode: oneOf(['merge', 'replace'], 'Add to the built-in catalog of models, or replace it.').default('merge'),
    providers: z.record(z.string().min(1), provider(secret)).default({}),
  })

const provider = (secret: SecretField) =>
  z.strictObject({
    baseUrl: described(
      z.url({ protocol: /^https?$/ }),
      'Where the provider answers; needed for providers that are not known.',
    ).optional(),
    apiKey: secret('Key of the provider (default: the variable <ID>_API_KEY).').optional(),
    api: oneOf(
      PROVIDER_APIS,
      'Wire dialect (default anthropic-messages for anthropic, google-generative-ai for google, else openai-completions).',
    ).optional(),
    auth: oneOf(['api-key', 'oauth', 'token'], 'How the gateway proves itself (default api-key).').optional(),
    authHeader: inert(flag('Send the key in the header Authorization (default false).').optional()),
    headers: headers(),
    models: z.array(model()).optional(),
  })

const model = () =>
  z.strictObject({
    id: text('Name of the model with its provider.'),
    name: text('Name for people (default: the id).').optional(),
    reasoning: flag('Whether the model reasons (default false).').optional(),
    input: described(z.array(z.enum(['text', 'image'])), 'What the model takes (default text).').optional(),
    contextWindow: int('Context window in tokens (default 200000).', 1).optional(),
    maxTokens: int('Longest answer in tokens (default 8192, or the window if that is smaller).', 1).optional(),
    cost: z
      .strictObject({
        input: num('Price of a million input tokens (default 0).').optional(),
        output: num('Price of a million output tokens (default 0).').optional(),
        cacheRead: num('Price of a million tokens read from the cache (default 0).').optional(),
        cacheWrite: num('Price of a million tokens written to the cache (default 0).').optional(),
      })
      .optional(),
    api: oneOf(PROVIDER_APIS, 'Wire dialect of this model (default: that of the provider).').optional(),
    headers: headers(),
    compat: inert(described(z.record(z.string(), z.unknown()), 'Peculiarities of the server, by name.').optional()),
  })

/** `auth.*`: stored credentials by name; the credentials themselves are kept elsewhere. */
export const authSection = () =>
  z.strictObject({
    profiles: z
      .record(
        z.string().min(1),
        z.strictObject({
          provider: text('Provider the credential is for.'),
          mode: oneOf(['api_key', 'oauth', 'token'], 'Kind of the credential.'),
          email: inert(text('Account it belongs to.').optional()),
        }),
      )
      .default({}),
    order: described(
      z.record(z.string().min(1), texts('Profiles of this provider, first one first.')),
      'Which profile is tried first, by provider.',
    ).default({}),
  })
