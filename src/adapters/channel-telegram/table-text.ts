/** How a table is shown where there are none: not changed, row by row, or set in columns of equal width. */
export type TableStyle = 'off' | 'bullets' | 'code'

/** A table as lines of text. */
export function tableText(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  style: Exclude<TableStyle, 'off'>,
): string {
  return style === 'bullets' ? rows.map((row) => asBullet(header, row)).join('\n') : inColumns(header, rows)
}

function asBullet(header: readonly string[], [first = '', ...others]: readonly string[]): string {
  const facts = others.map((value, index) => `\n   ${header[index + 1] ?? ''}: ${value}`)
  return `• ${first}${facts.join('')}`
}

function inColumns(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map(width)))
  const line = (cells: readonly string[]) =>
    widths
      .map((wanted, column) => {
        const cell = cells[column] ?? ''
        return cell + ' '.repeat(Math.max(0, wanted - width(cell)))
      })
      .join(' | ')
      .trimEnd()
  const rule = widths.map((wanted) => '-'.repeat(wanted)).join('-|-')
  return [line(header), rule, ...rows.map(line)].join('\n')
}

function width(text: string): number {
  return [...text].length
}
