import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chain, type ChainLink } from '../../../src/domain/access/chain.js'

interface Numbered extends ChainLink<Numbered> {
  readonly nr: number
}

const link = (nr: number): Numbered => ({ nr, before: null, after: null })

describe('Chain', () => {
  it('keeps the order in which elements were put, whoever leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(20)), { maxLength: 60 }), (steps) => {
        const chain = new Chain<Numbered>()
        const model: Numbered[] = []
        for (const [nr, step] of steps.entries()) {
          if (step === null) {
            const added = link(nr)
            chain.add(added)
            model.push(added)
          } else {
            for (const leaving of model.splice(step, 1)) chain.remove(leaving)
          }
          expect([...chain].map((each) => each.nr)).toEqual(model.map((each) => each.nr))
          expect(chain.first).toBe(model[0] ?? null)
        }
      }),
    )
  })

  it('puts an element behind the last one that it may follow', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (numbers) => {
        const chain = new Chain<Numbered>()
        for (const nr of numbers) chain.add(link(nr), (other) => other.nr <= nr)
        expect([...chain].map(({ nr }) => nr)).toEqual(numbers.toSorted((one, other) => one - other))
      }),
    )
  })
})
