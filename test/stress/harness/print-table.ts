import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './figures.js'

/** Collects the figures of all scenarios and prints them as one table at the end. */
export function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'mayros-stress-'))
  const path = join(directory, 'figures.jsonl')
  writeFileSync(path, '')
  process.env.STRESS_FIGURES = path
  return () => {
    const rows = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Figure)
    rmSync(directory, { recursive: true })
    process.stdout.write(`${tableOf(rows)}\n`)
  }
}

/** Scenario and figure in front, a column for each engine behind. */
function tableOf(rows: readonly Figure[]): string {
  const engines = [...new Set(rows.map(({ engine }) => engine))].sort()
  const lines = new Map<string, Map<string, string>>()
  for (const { scenario, figure, engine, value } of rows) {
    const key = `${scenario} | ${figure}`
    lines.set(key, (lines.get(key) ?? new Map()).set(engine, value))
  }
  const head = [
    `| Scenario | Figure | ${engines.join(' | ')} |`,
    `| --- | --- | ${engines.map(() => '---:').join(' | ')} |`,
  ]
  const body = [...lines].map(
    ([key, values]) => `| ${key} | ${engines.map((name) => values.get(name) ?? '').join(' | ')} |`,
  )
  return ['', ...head, ...body].join('\n')
}
