import { z } from 'zod'
import { sensitive } from './sensitive.js'

/** Wire dialects of model providers. */
export const PROVIDER_APIS = [
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'google-generative-ai',
] as const

/** `models.*`: providers and what they offer. */
export const modelsSection = () =>
  z.strictObject({
    providers: z
      .record(
        z.string().min(1),
        z.strictObject({
          baseUrl: z
            .url({ protocol: /^https?$/ })
            .optional()
            .describe('Where the provider answers'),
          apiKey: sensitive(z.string().min(1)).optional().describe('Key; default: the variable <ID>_API_KEY'),
          api: z
            .enum(PROVIDER_APIS)
            .optional()
            .describe(
              'Wire dialect (default anthropic-messages for anthropic, google-generative-ai for google, else openai-completions)',
            ),
          headers: z.record(z.string(), sensitive(z.string())).optional().describe('Sent with every request'),
          models: z
            .array(
              z.strictObject({
                id: z.string().min(1),
                name: z.string().min(1).optional(),
                reasoning: z.boolean().optional(),
                input: z.array(z.enum(['text', 'image'])).optional(),
                contextWindow: z.int().min(1).optional(),
                maxTokens: z.int().min(1).optional(),
              }),
            )
            .optional(),
        }),
      )
      .prefault({}),
  })
