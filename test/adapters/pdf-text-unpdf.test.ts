import { describe, expect, it } from 'vitest'
import { UnpdfPdfText } from '../../src/adapters/pdf-text-unpdf/unpdf-pdf-text.js'
import { pdfFile } from '../doubles/pdf-file.js'

const LIMITS = { maxPages: 4, timeoutMs: 20_000 }

describe('the text of a PDF', () => {
  const reader = new UnpdfPdfText()

  it('is read page by page', async () => {
    expect(await reader.read(pdfFile(['Hello there', 'and (here) \\ too']), LIMITS)).toEqual({
      text: 'Hello there\n\nand (here) \\ too',
      pages: 2,
    })
  })

  it('ends with the last page that is wanted', async () => {
    const pages = Array.from({ length: 6 }, (_, index) => `page ${index + 1}`)
    const { text, pages: count } = await reader.read(pdfFile(pages), { ...LIMITS, maxPages: 2 })
    expect([text, count]).toEqual(['page 1\n\npage 2', 6])
  })

  it('leaves the bytes as they are', async () => {
    const bytes = pdfFile(['one'])
    const before = bytes.slice()
    await reader.read(bytes, LIMITS)
    expect(bytes).toEqual(before)
  })

  it('is empty where nothing is written', async () => {
    expect(await reader.read(pdfFile(['']), LIMITS)).toEqual({ text: '', pages: 1 })
  })

  it('of what is none, is refused', async () => {
    await expect(reader.read(new TextEncoder().encode('no PDF at all'), LIMITS)).rejects.toMatchObject({
      name: 'PdfFailure',
      code: 'pdf-damaged',
      retryable: false,
    })
  })

  it('is given up when it takes too long', async () => {
    await expect(reader.read(pdfFile(['one']), { ...LIMITS, timeoutMs: 1 })).rejects.toMatchObject({
      code: 'pdf-timeout',
    })
  })
})
