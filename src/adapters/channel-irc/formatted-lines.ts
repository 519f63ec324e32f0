const BOLD = '\u0002'
const ITALIC = '\u001D'
const FENCE = /^\s*(`{3,}(?=[^`]*$)|~{3,})/u
const HEADING = /^#{1,6}\s+(.*)$/u
/** Longer lines are no prose, and searching them for pairs would take long. */
const LONGEST_FORMATTED = 2_000
const TABLE_RULE = /^\s*\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*$/u
/** Text that is shown as it is: code, what a backslash protects, and addresses. */
const VERBATIM =
  /(?<code>(?<ticks>`+)(?!`).+?(?<!`)\k<ticks>(?!`))|\\(?<escaped>[\\`*_{}[\]()#+\-.!~>|])|<(?<bracketed>https?:\/\/[^>\s]+)>|(?<address>https?:\/\/[^\s<>)*\]|"`]+)/gu
/** Everything that a terminal, a client or the protocol would obey, the tabulator excepted. */
const CONTROLS = /(?![\t\n\r])[\p{Cc}\p{Zl}\p{Zp}]/gu
/** Stands around the numbers of verbatim parts that are put aside; texts have lost theirs by then. */
const MARK = '\u0000'
const MARKED = new RegExp(`${MARK}(\\d+)${MARK}`, 'gu')

/** Markdown as models write it, as lines with the formatting of IRC; lines without text are left out. */
export function formattedLines(markdown: string): readonly string[] {
  const lines: string[] = []
  let fence: string | undefined
  for (const line of markdown.replace(CONTROLS, '').split(/\r\n|\r|\n/u)) {
    const mark = FENCE.exec(line)?.[1]
    if (mark !== undefined && fence === undefined) {
      fence = mark
      continue
    }
    if (fence !== undefined && mark?.startsWith(fence) && line.trim() === mark) {
      fence = undefined
      continue
    }
    const shown = fence === undefined && line.length <= LONGEST_FORMATTED ? formattedLine(line) : line
    if (shown.trim() !== '') lines.push(shown.trimEnd())
  }
  return lines
}

function formattedLine(line: string): string {
  if (TABLE_RULE.test(line) && line.includes('|')) return ''
  const heading = HEADING.exec(line)?.[1]
    ?.replace(/(?:^|\s)#+\s*$/u, '')
    .trim()
  if (heading !== undefined) return heading === '' ? '' : `${BOLD}${plain(formattedText(heading))}${BOLD}`
  if (/^\s*\|.*\|\s*$/u.test(line)) return formattedText(line.trim().replace(/^\|\s*|\s*\|$/gu, ''))
  return formattedText(line)
}

/** Formats all but the verbatim parts, which are put aside meanwhile under a mark that no text contains. */
function formattedText(text: string): string {
  const kept: string[] = []
  const restored = (marked: string) => marked.replace(MARKED, (_, at: string) => kept[Number(at)] ?? '')
  const parts = [...text.matchAll(VERBATIM)]
  let marked = ''
  let end = 0
  for (const part of parts) {
    const { code, escaped, bracketed, address } = part.groups ?? {}
    marked += `${text.slice(end, part.index)}${MARK}${kept.length}${MARK}`
    kept.push(code ?? escaped ?? bracketed ?? address ?? '')
    end = part.index + part[0].length
  }
  return restored(emphasised(withLinks(marked + text.slice(end), restored)))
}

/** `[label](address)` as `label (address)`. */
function withLinks(text: string, restored: (marked: string) => string): string {
  return text.replace(/!?\[([^\]\n]*)\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/gu, (_, label: string, address: string) =>
    label === '' || restored(label) === restored(address) ? address : `${label} (${address})`,
  )
}

function emphasised(text: string): string {
  return text
    .replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/gu, `${BOLD}$1${BOLD}`)
    .replace(/(?<![\p{L}\p{N}_])__(?=\S)(.+?)(?<=\S)__(?![\p{L}\p{N}_])/gu, `${BOLD}$1${BOLD}`)
    .replace(/(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\p{L}\p{N}*])/gu, `${ITALIC}$1${ITALIC}`)
    .replace(/(?<![\p{L}\p{N}_])_(?=[^\s_])([^_]+?)(?<=\S)_(?![\p{L}\p{N}_])/gu, `${ITALIC}$1${ITALIC}`)
    .replace(/~~(?=\S)(.+?)(?<=\S)~~/gu, '$1')
}

function plain(text: string): string {
  return text.replaceAll(BOLD, '')
}
