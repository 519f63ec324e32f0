import { z } from 'zod'
import { lazily } from './lazily.js'
import { whole } from './words.js'

/* What the tools take that read the web; the descriptions are read by models. */

export const webFetchParams = lazily(() =>
  z.strictObject({
    url: z.string().min(1).max(8192).describe('Address that begins with http:// or https://.'),
    maxChars: whole(100).optional().describe('Most characters of the text that are shown.'),
  }),
)

export type WebFetchParams = z.infer<ReturnType<typeof webFetchParams>>
