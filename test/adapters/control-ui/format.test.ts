import { describe, expect, it } from 'vitest'
import { agoWords } from '../../../src/adapters/control-ui/format/ago.js'
import { byteWords } from '../../../src/adapters/control-ui/format/bytes.js'
import { countWords } from '../../../src/adapters/control-ui/format/count.js'
import { durationWords } from '../../../src/adapters/control-ui/format/duration.js'
import { moneyWords } from '../../../src/adapters/control-ui/format/money.js'

describe('figures as people read them', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_536, '1.5 KiB'],
    [200 * 1_024 ** 2, '200 MiB'],
  ])('%d bytes are %s', (bytes, words) => expect(byteWords(bytes)).toBe(words))

  it.each([
    [0, '0'],
    [9_999, '9,999'],
    [56_700, '56.7K'],
    [-1_234, '-1,234'],
    [999_949, '1M'],
    [999_499, '999K'],
    [1_234_567, '1.23M'],
    [5_000_000_000, '5B'],
  ])('%d is %s', (count, words) => expect(countWords(count)).toBe(words))

  it.each([
    [240, '240 ms'],
    [59_600, '1 m'],
    [3_600_000, '1 h'],
    [90_061_000, '1 d 1 h'],
    [62_000, '1 m 2 s'],
  ])('%d milliseconds are %s', (milliseconds, words) => expect(durationWords(milliseconds)).toBe(words))

  it.each([
    [-59_999, 'just now'],
    [59_999, 'just now'],
    [-3 * 60_000, '3 min ago'],
    [2.5 * 3_600_000, 'in 2 h'],
    [-30 * 3_600_000, 'yesterday'],
    [24 * 3_600_000, 'tomorrow'],
    [-5 * 86_400_000, '5 days ago'],
  ])('%d milliseconds from now are %s', (deltaMs, words) => expect(agoWords(deltaMs)).toBe(words))

  it.each([
    [0, '$0'],
    [0.00001, '< $0.0001'],
    [0.0042, '$0.0042'],
    [12.345, '$12.35'],
  ])('%d dollars are %s', (dollars, words) => expect(moneyWords(dollars)).toBe(words))
})
