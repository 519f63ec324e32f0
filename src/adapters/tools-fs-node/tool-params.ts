import { z } from 'zod'

/** No text that a model writes is longer, in characters. */
const LONGEST_TEXT = 8 * 1024 * 1024
const LONGEST_PATH = 4096

const path = () =>
  z.string().min(1).max(LONGEST_PATH).describe('Path of the file; relative ones start in the workspace.')

/** `read` */
export const readParams = z.strictObject({
  path: path(),
  offset: z.int().min(1).describe('Number of the first line to read, from 1.').optional(),
  limit: z.int().min(1).describe('How many lines to read.').optional(),
})
export type ReadParams = z.infer<typeof readParams>

/** `write` */
export const writeParams = z.strictObject({
  path: path(),
  content: z.string().max(LONGEST_TEXT).describe('The whole new text of the file.'),
})
export type WriteParams = z.infer<typeof writeParams>

/** `edit` */
export const editParams = z.strictObject({
  path: path(),
  oldText: z.string().min(1).max(LONGEST_TEXT).describe('Text to replace, exactly as it stands in the file, once.'),
  newText: z.string().max(LONGEST_TEXT).describe('Text to put in its place.'),
})
export type EditParams = z.infer<typeof editParams>

/** `apply_patch` */
export const applyPatchParams = z.strictObject({
  patch: z.string().min(1).max(LONGEST_TEXT).describe('From "*** Begin Patch" to "*** End Patch".'),
})
export type ApplyPatchParams = z.infer<typeof applyPatchParams>
