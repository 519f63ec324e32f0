import { z } from 'zod'
import { described } from './declare.js'
import { sensitive } from './sensitive.js'

/** Declares one secret of a section. */
export type SecretField = (description: string) => z.ZodType<string, string>

/** How a snapshot sees secrets: references have been looked up, so every secret is a text. */
export const resolvedSecret: SecretField = (description) => described(sensitive(z.string().min(1)), description)

/** How the file may say them, for editors and documentation. Never validated against, hence the plainer type. */
export const writtenSecret: SecretField = (description) =>
  described(
    sensitive(
      z.union([
        z.string().min(1),
        z.strictObject({ file: described(z.string().min(1), 'File that contains the secret and nothing else.') }),
        z.strictObject({ env: described(z.string().min(1), 'Variable of the environment that holds the secret.') }),
      ]),
    ),
    description,
  ) as unknown as z.ZodType<string, string>
