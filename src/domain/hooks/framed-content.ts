import { foreignContent } from '../media/foreign-content.js'

const NAME_LENGTH = 64

/**
 * What a webhook sent, in the frame of foreign content.
 * @param source who sent it, for the model; may have been chosen by the sender
 * @param word random, new for every frame
 */
export function framedContent(content: string, source: string, word: string): string {
  return foreignContent(content, `was sent by the webhook "${printableName(source)}"`, word)
}

/** One short line without anything that could end a sentence or a frame. */
export function printableName(name: string): string {
  const text = name
    .replace(/[^\p{L}\p{N} ._:/#@+-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return [...text].slice(0, NAME_LENGTH).join('').trim() || 'webhook'
}
