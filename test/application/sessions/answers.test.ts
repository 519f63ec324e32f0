import { describe, expect, it } from 'vitest'
import { Answers } from '../../../src/application/sessions/answers.js'
import { LastChanges } from '../../../src/application/sessions/last-changes.js'

const lasting = (text: string) => async () => ({ text, isCurrent: () => true })

describe('answers', () => {
  it('gives an answer again until it is no longer true', async () => {
    const answers = new Answers({ maxAnswers: 2, maxChars: 100 })
    let isCurrent = true
    await answers.make('q', 1, async () => ({ text: 'a', isCurrent: () => isCurrent }))
    expect(answers.find('q')).toBe('a')
    isCurrent = false
    expect(answers.find('q')).toBeUndefined()
    isCurrent = true
    expect(answers.find('q')).toBeUndefined()
  })

  it('does not keep what stopped being true while it was made', async () => {
    const answers = new Answers({ maxAnswers: 2, maxChars: 100 })
    expect(await answers.make('q', 1, async () => ({ text: 'a', isCurrent: () => false }))).toBe('a')
    expect(answers.find('q')).toBeUndefined()
  })

  it('keeps the answers asked for last, within number and characters', async () => {
    const answers = new Answers({ maxAnswers: 2, maxChars: 10 })
    await answers.make('one', 1, lasting('1'))
    await answers.make('two', 1, lasting('2'))
    answers.find('one')
    await answers.make('three', 1, lasting('3'))
    expect(['one', 'two', 'three'].map((question) => answers.find(question))).toEqual(['1', undefined, '3'])
    await answers.make('large', 1, lasting('x'.repeat(10)))
    expect(['one', 'three', 'large'].map((question) => answers.find(question))).toEqual([
      undefined,
      undefined,
      'x'.repeat(10),
    ])
    expect(await answers.make('too large', 1, lasting('x'.repeat(11)))).toHaveLength(11)
    expect(answers.find('too large')).toBeUndefined()
  })

  it('shares one making among those who ask the same of the same state', async () => {
    const answers = new Answers({ maxAnswers: 2, maxChars: 100 })
    let makings = 0
    const make = async () => {
      makings += 1
      return { text: 'a', isCurrent: () => true }
    }
    await Promise.all([answers.make('q', 1, make), answers.make('q', 1, make)])
    expect(makings).toBe(1)
    await Promise.all([answers.make('q', 1, make), answers.make('q', 2, make)])
    expect(makings).toBe(3)
  })

  it('tells everybody who shares it of a failure, and tries again for the next', async () => {
    const answers = new Answers({ maxAnswers: 2, maxChars: 100 })
    const fail = () => Promise.reject(new Error('no disk'))
    const both = await Promise.allSettled([answers.make('q', 1, fail), answers.make('q', 1, fail)])
    expect(both.map((end) => end.status)).toEqual(['rejected', 'rejected'])
    expect(await answers.make('q', 1, lasting('a'))).toBe('a')
  })
})

describe('last changes', () => {
  it('forgets the oldest names and answers too new rather than too old for them', () => {
    const changes = new LastChanges(2)
    changes.changed('a', 1)
    changes.changed('b', 2)
    changes.changed('a', 3)
    changes.changed('c', 4)
    expect([changes.of('a'), changes.of('b'), changes.of('c'), changes.of('never seen')]).toEqual([3, 2, 4, 2])
    changes.allChanged(5)
    expect([changes.of('a'), changes.of('never seen')]).toEqual([5, 5])
  })
})
