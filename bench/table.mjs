import { cpus } from 'node:os'

const HEAD = ['figure', 'engine', 'ours', 'bare', 'ratio', 'aim', 'per second', 'bare', 'p50 ms', 'p99 ms']

/** The rows as a Markdown table: CPU or value first, then rates and latencies of ours where there are any. */
export function table(rows) {
  const lines = rows.map(cellsOf)
  const widths = HEAD.map((title, at) => Math.max(title.length, ...lines.map((cells) => cells[at].length)))
  const line = (cells) =>
    `| ${cells.map((cell, at) => (at < 2 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`
  const rule = `| ${widths.map((width, at) => (at < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(HEAD), rule, ...lines.map(line)].join('\n')
}

function cellsOf({ figure, engine, unit, ours, bare, aim, limit }) {
  const ratio = bare?.cpuUs === undefined || ours.cpuUs === undefined ? '' : `${(ours.cpuUs / bare.cpuUs).toFixed(2)}x`
  return [
    figure,
    engine,
    `${amount(ours.cpuUs ?? ours.value)} ${unit}`,
    bare === undefined ? '' : amount(bare.cpuUs ?? bare.value),
    ratio,
    aim !== undefined ? `<= ${aim}x` : (limit ?? ''),
    whole(ours.perSecond),
    whole(bare?.perSecond),
    amount(ours.p50Ms),
    amount(ours.p99Ms),
  ]
}

function amount(value) {
  if (value === undefined) return ''
  if (value >= 100) return whole(value)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function whole(value) {
  return value === undefined ? '' : Math.round(value).toString()
}

/** What was measured on, in a line. */
export function machine() {
  const cores = cpus()
  return `Node.js ${process.versions.node}, ${cores.length} cores, ${cores[0]?.model ?? 'unknown CPU'}`
}
