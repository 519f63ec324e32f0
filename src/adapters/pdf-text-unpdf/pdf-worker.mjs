/*
 * Runs on a thread of its own, plain JavaScript because threads are started from files as they are. Reads the PDF in
 * `workerData.bytes` and posts `{ text, pages }` or `{ problem, message }`.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { getDocumentProxy } from 'unpdf'

try {
  const document = await getDocumentProxy(workerData.bytes, { verbosity: 0 })
  const texts = []
  for (let number = 1; number <= Math.min(document.numPages, workerData.maxPages); number += 1) {
    const page = await document.getPage(number)
    const { items } = await page.getTextContent()
    texts.push(
      items
        .map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : ''))
        .join('')
        .trim(),
    )
  }
  parentPort.postMessage({ text: texts.filter((text) => text !== '').join('\n\n'), pages: document.numPages })
} catch (thrown) {
  const isLocked = thrown?.name === 'PasswordException'
  parentPort.postMessage({
    problem: isLocked ? 'pdf-locked' : 'pdf-damaged',
    message: String(thrown?.message ?? thrown),
  })
}
