import { AssertionError } from 'node:assert/strict'
import { inspect } from 'node:util'
import { messageOf } from '../../../src/domain/failure.js'
import type { Guarantee } from './guarantee.js'

/** Comparisons whose two sides say more than the sentence around them. */
const COMPARISONS: ReadonlySet<string> = new Set(['strictEqual', 'deepStrictEqual', 'match'])

/** An adapter was caught. The message stands alone: who, which guarantee, why it matters, and what was seen. */
export class BrokenPromise extends AssertionError {
  readonly guarantee: string
  /** What should have been seen. */
  readonly wanted: string
  readonly seen: string

  constructor(id: string, { promise, because }: Guarantee, adapter: string, thrown: unknown) {
    const said = messageOf(thrown)
    super({ message: `${adapter} breaks guarantee ${id}: ${promise} (because ${because}). Seen: ${said}` })
    this.name = 'BrokenPromise'
    this.cause = thrown
    this.guarantee = id
    const isComparison = thrown instanceof AssertionError && COMPARISONS.has(thrown.operator)
    this.wanted = isComparison ? oneLine(thrown.expected) : promise
    this.seen = isComparison ? `${oneLine(thrown.actual)}${sentenceOf(thrown)}` : said
  }
}

/** What was compared, without the difference that node:assert adds in lines of its own. */
function sentenceOf(compared: AssertionError): string {
  return compared.generatedMessage ? '' : ` (${compared.message.split('\n')[0]})`
}

function oneLine(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 300, maxArrayLength: 20 })
}
