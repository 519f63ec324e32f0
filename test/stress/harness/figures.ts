import { appendFileSync } from 'node:fs'

/** One row of the table that the run ends with. */
export interface Figure {
  readonly scenario: string
  readonly engine: string
  readonly figure: string
  readonly value: string
}

/** Prints the figures of a scenario, and keeps them for the table when there is going to be one. */
export function report(scenario: string, engine: string, figures: Readonly<Record<string, string>>): void {
  for (const [figure, value] of Object.entries(figures)) {
    const row: Figure = { scenario, engine, figure, value }
    console.log(`${scenario} (${engine}): ${figure}: ${value}`)
    if (process.env.STRESS_FIGURES) appendFileSync(process.env.STRESS_FIGURES, `${JSON.stringify(row)}\n`)
  }
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** The change from one look to another. */
export function growth(before: number, after: number): string {
  return `${after >= before ? '+' : '-'}${mebibytes(Math.abs(after - before))}`
}
