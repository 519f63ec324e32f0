import type { ContractOutcome, ContractStress } from '../cli-deps.js'
import type { Paint } from './paint.js'
import { plural } from './words.js'

const INDENT = ' '.repeat(8)
/** Wide enough for ids like `10.11`. */
const ID_WIDTH = 6

export function contractHead(port: string, name: string, stress: ContractStress | null): string[] {
  if (stress === null) return [`${port} contract: ${name}`]
  return [
    `${port} contract: ${name} under stress`,
    `  seed ${stress.seed}, ${plural(stress.rounds, 'round')}; repeat with --stress --seed ${stress.seed} --rounds ${stress.rounds}`,
  ]
}

/** One line for what is kept; what is broken says why it matters, what was expected and what was seen. */
export function outcomeLines(outcome: ContractOutcome, paint: Paint): string[] {
  const line = `${outcome.id.padEnd(ID_WIDTH)}${outcome.promise}`
  switch (outcome.status) {
    case 'pass':
      return [`  pass  ${line}`]
    case 'skip':
      return [`  ${paint.yellow('skip')}  ${line}`, ...labelled('reason', outcome.reason ?? '')]
    case 'fail':
      return [
        `  ${paint.red('FAIL')}  ${line}`,
        ...labelled('because', outcome.because),
        ...(outcome.expected === outcome.promise ? [] : labelled('expected', outcome.expected ?? '')),
        ...labelled('seen', outcome.seen ?? ''),
      ]
  }
}

export function contractSum(outcomes: readonly ContractOutcome[]): string {
  const count = (wanted: ContractOutcome['status']) => outcomes.filter(({ status }) => status === wanted).length
  const seconds = outcomes.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
  const sum = `${count('pass')} kept, ${count('fail')} broken, ${count('skip')} skipped`
  return `${plural(outcomes.length, 'guarantee')}: ${sum} (${seconds.toFixed(1)} s)`
}

function labelled(label: string, text: string): string[] {
  const [first = '', ...rest] = text.trimEnd().split('\n')
  const margin = INDENT + ' '.repeat(ID_WIDTH)
  return [`${margin}${label.padEnd(10)}${first}`, ...rest.map((line) => `${margin}${' '.repeat(10)}${line}`)]
}
