import { stripVTControlCharacters } from 'node:util'

/** Whatever a terminal would obey instead of showing, apart from line ends and tabs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g

/** What a person would have read on the terminal, without colours and movements. */
export function readableText(output: string): string {
  return stripVTControlCharacters(output).replaceAll('\r\n', '\n').replace(CONTROLS, '')
}

/** At most `length` characters, with a note in the middle about what was left out. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text
  const head = Math.floor(length / 3)
  const tail = length - head
  return `${text.slice(0, head)}\n[... ${text.length - length} characters left out ...]\n${text.slice(-tail)}`
}
