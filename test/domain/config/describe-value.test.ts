import { expect, it } from 'vitest'
import { describeValue } from '../../../src/domain/config/describe-value.js'

it('tells what was written, shortened', () => {
  expect(describeValue('many', true)).toBe('"many"')
  expect(describeValue('x'.repeat(61), true)).toBe(`"${'x'.repeat(60)}..."`)
  expect(describeValue(['a'], true)).toBe('a list of 1')
})

it('tells nothing of secrets but their length, nor who may come in at an address', () => {
  expect(describeValue('hunter2', false)).toBe('a text of 7 characters')
  expect(describeValue('ftp://user:hunter2@host/a@b', true)).toBe('"ftp://***@host/a@b"')
  expect(describeValue('http://a:b@one, http://c:d@two', true)).toBe('"http://***@one, http://***@two"')
})
