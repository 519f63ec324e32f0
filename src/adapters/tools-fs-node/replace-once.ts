import { hasWindowsEnds } from './line-ends.js'
import { ToolRefusal } from './tool-refusal.js'

export interface Replaced {
  readonly text: string
  /** Line on which the replaced text begins, from 1. */
  readonly firstLine: number
}

/**
 * Replaces text that must stand there exactly once. In a file with Windows line ends they are meant where the model
 * writes plain ones.
 * @throws ToolRefusal when it stands there never or more than once, or when nothing would change
 */
export function replaceOnce(text: string, oldText: string, newText: string): Replaced {
  if (oldText === newText) throw new ToolRefusal('oldText and newText are the same')
  if (!hasWindowsEnds(text)) return replaceExactly(text, oldText, newText)
  return replaceExactly(text, withWindowsEnds(oldText), withWindowsEnds(newText))
}

function replaceExactly(text: string, oldText: string, newText: string): Replaced {
  const at = text.indexOf(oldText)
  if (at === -1) throw new ToolRefusal('oldText was not found; it must match exactly, white space included')
  if (text.indexOf(oldText, at + 1) !== -1) {
    throw new ToolRefusal('oldText is not unique: it stands there more than once; quote more of what is around it')
  }
  return {
    text: text.slice(0, at) + newText + text.slice(at + oldText.length),
    firstLine: text.slice(0, at).split('\n').length,
  }
}

function withWindowsEnds(text: string): string {
  return text.replace(/\r?\n/g, '\r\n')
}
