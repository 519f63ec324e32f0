import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64Bytes, cleanBase64, fromBase64, toBase64 } from '../../../src/domain/media/base64.js'
import { detectedType, textOfBytes, typeOfName } from '../../../src/domain/media/media-type.js'

describe('base64', () => {
  it('comes back as it was, in every spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('base64', 'base64url'), (bytes, spelling) => {
        const written = Buffer.from(bytes).toString(spelling as 'base64')
        const broken = written.replace(/(.{7})/g, '$1\r\n')
        const data = cleanBase64(broken)!
        expect(data).toBe(Buffer.from(bytes).toString('base64'))
        expect(base64Bytes(data)).toBe(bytes.length)
        expect([...fromBase64(data)]).toEqual([...bytes])
        expect(toBase64(bytes)).toBe(data)
      }),
    )
  })

  it.each(['*', 'a', 'aaaaa', 'a=b', 'ü', 'aa\0a'])('is not %j', (text) => expect(cleanBase64(text)).toBeNull())

  it('takes large contents', () => {
    const bytes = new Uint8Array(100_000).map((_, index) => index % 256)
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
  })
})

describe('the type of a file', () => {
  it.each([
    ['\x89PNG\r\n\x1a\n', 'image/png'],
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['GIF87a', 'image/gif'],
    ['GIF89a', 'image/gif'],
    ['RIFF....WEBP', 'image/webp'],
    ['%PDF-1.7', 'application/pdf'],
    ['RIFF....WAVE', null],
    ['<svg xmlns', null],
    ['\x89PN', null],
    ['', null],
  ])('that begins with %j is %s', (text, type) => expect(detectedType(Buffer.from(text, 'latin1'))).toBe(type))

  it.each([
    ['a.md', 'text/markdown'],
    ['A.CSV', 'text/csv'],
    ['a.b.html', 'text/html'],
    ['a', null],
    ['a.exe', null],
    ['a.constructor', null],
    [null, null],
  ])('that is called %s is %s', (name, type) => expect(typeOfName(name)).toBe(type))

  it('is text only in UTF-8', () => {
    expect(textOfBytes(Buffer.from('\uFEFFgrüße 👍'))).toBe('grüße 👍')
    expect(textOfBytes(Buffer.from([0xff, 0xfe]))).toBeNull()
    expect(textOfBytes(Buffer.from('a\0b'))).toBeNull()
    expect(textOfBytes(new Uint8Array())).toBe('')
  })
})
