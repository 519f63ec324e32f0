import { describe, expect, it } from 'vitest'
import { storeFailure } from '../../../src/adapters/store-libsql/native-failure.js'
import { StoreFailure } from '../../../src/application/ports/session-store.js'

describe('storeFailure', () => {
  it.each([
    ['SQLITE_FULL', /^The disk that holds \/d\/m\.db is full\. Free some space/],
    ['ENOSPC', /is full/],
    ['SQLITE_READONLY_DBMOVED', /cannot be opened for writing/],
    ['EACCES', /cannot be opened for writing/],
    ['SQLITE_CORRUPT_INDEX', /is damaged .* -wal and -shm/],
    ['SQLITE_NOTADB', /is not a session database/],
    ['SQLITE_BUSY_SNAPSHOT', /is locked by another program/],
    ['SQLITE_IOERR_FSYNC', /The disk failed/],
    ['SQLITE_MISUSE', /could not be used/],
  ])('tells %s in words, with the file and without the engine', (code, sentence) => {
    const native = Object.assign(new Error('native words'), { code })
    const failure = storeFailure(native, '/d/m.db')
    expect(failure).toMatchObject({ code: 'store-unavailable', retryable: true, cause: native })
    expect(failure.message).toMatch(sentence)
    expect(failure.message).toContain('/d/m.db')
    expect(failure.message).not.toMatch(/native words|SQLITE|libsql/i)
  })

  it('passes the failures of the port', () => {
    const refusal = new StoreFailure('label-taken', 'label already in use: x')
    expect(storeFailure(refusal, '/d/m.db')).toBe(refusal)
  })
})
