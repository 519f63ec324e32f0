import assert from 'node:assert/strict'
import type { Document, DocumentFailure, DocumentFailureCode } from '../../src/application/ports/document.js'
import { DOCUMENT_GUARANTEES, type DocumentGuaranteeId } from './document/document-guarantees.js'
import { type ContractHarness, defineContract } from './kit/contract.js'
import { checkBy } from './kit/proofs.js'
import { requireFailure } from './kit/require-failure.js'

/** What a document's own test has to bring. */
export interface DocumentHarness extends ContractHarness {
  /** A document that was never written. */
  create(): Promise<Document>
  /** Removes what `create` made. */
  dispose?(document: Document): Promise<void>
  /** Another document object of the same place, as after a restart. For documents that outlive their process. */
  reopen?(document: Document): Promise<Document>
  /** For places that can fail. */
  readonly trouble?: {
    /** From now on the document can be neither read nor written. */
    begin(document: Document): Promise<void>
    /** Everything is as it was before. */
    end(document: Document): Promise<void>
  }
}

const SECRET = 'text-that-nobody-may-see'

const proofs = new Map<DocumentGuaranteeId, (harness: DocumentHarness) => Promise<void>>()

prove('D1', async (document) => {
  assert.equal(await document.read(), null)
  assert.equal(await document.read(), null, 'reading makes nothing')
})

prove('D2', async (document) => {
  const texts = [
    '{"version":1}\n',
    'one\r\ntwo\rthree\n\n',
    '\uFEFFwith a mark in front',
    ' \0 \u2028 ü € 𝄞 👩‍👩‍👧 \u202e ',
    'x€𝄞'.repeat(300_000),
  ]
  for (const text of texts) {
    await document.write(text)
    const seen = await document.read()
    assert.ok(seen === text, `a text of ${text.length} characters came back as ${excerpt(seen)}`)
  }
})

prove('D3', async (document) => {
  await document.write('something')
  await document.write('')
  assert.equal(await document.read(), '')
})

prove('D4', async (document) => {
  for (const length of [100_000, 10, 70_000, 1, 0, 3]) {
    const text = `${length}`.repeat(length)
    await document.write(text)
    const seen = await document.read()
    assert.ok(seen === text, `after a text of ${text.length} characters, ${excerpt(seen)} was read`)
  }
})

prove('D5', async (document) => {
  const writes = Array.from({ length: 50 }, (_, nr) => document.write(whole(nr)))
  await Promise.all(writes)
  assert.equal(numberIn(await document.read()), 49)
  const again = Array.from({ length: 10 }, (_, nr) => document.write(whole(100 + nr)))
  await again.at(-1)
  assert.equal(numberIn(await document.read()), 109, 'the last one resolved')
  await Promise.all(again)
})

prove('D6', async (document) => {
  const writes = Array.from({ length: 30 }, async (_, nr) => {
    await document.write(whole(nr))
    const seen = numberIn(await document.read())
    assert.ok(seen !== null && seen >= nr, `write ${nr} resolved, then ${seen ?? 'nothing'} was read`)
  })
  await Promise.all(writes)
})

prove('D7', async (document) => {
  await document.write(whole(0))
  let isOver = false
  const reading = (async () => {
    let newest = 0
    while (!isOver) {
      const seen = numberIn(await document.read())
      assert.ok(seen !== null && seen >= newest, `${seen ?? 'nothing'} was read after ${newest}`)
      newest = seen
    }
  })()
  const writing = (async () => {
    for (let nr = 1; nr <= 40; nr += 1) await document.write(whole(nr))
  })().finally(() => {
    isOver = true
  })
  await Promise.all([reading, writing])
})

prove('D8', async (document) => {
  const before = document.location
  assert.ok(before.trim().length > 0, 'the location is empty')
  await document.write('x')
  assert.equal(document.location, before)
})

prove('D9', async (document, { reopen }) => {
  await document.write(whole(1))
  const other = (await reopen?.(document)) ?? document
  assert.notEqual(other, document, 'reopen made no other document')
  assert.equal(numberIn(await other.read()), 1)
  assert.equal(other.location, document.location, 'both tell the same place')
  await other.write(whole(2))
  assert.equal(numberIn(await document.read()), 2)
})

prove('D10', async (document, { trouble }) => {
  await trouble?.begin(document)
  const failure = await refusalOf(document.write(SECRET), 'document-unwritable')
  assert.ok(failure.message.includes(document.location), `the place is not named: ${failure.message}`)
  assert.ok(!failure.message.includes(SECRET), `the text is told: ${failure.message}`)
  assert.equal(failure.retryable, true, 'trying again later can help')
})

prove('D11', async (document, { trouble }) => {
  await document.write(SECRET)
  await trouble?.begin(document)
  const failure = await refusalOf(document.read(), 'document-unreadable')
  assert.ok(failure.message.includes(document.location), `the place is not named: ${failure.message}`)
})

prove('D12', async (document, { trouble }) => {
  await document.write(whole(1))
  await trouble?.begin(document)
  const writes = [2, 3, 4].map((nr) => refusalOf(document.write(whole(nr)), 'document-unwritable'))
  await Promise.all(writes)
  await trouble?.end(document)
  assert.equal(numberIn(await document.read()), 1)
  await document.write(whole(5))
  assert.equal(numberIn(await document.read()), 5)
})

/** Holds a document to everything the port promises. */
export const documentContract = defineContract<DocumentHarness>({
  port: 'document',
  guarantees: DOCUMENT_GUARANTEES,
  members: ['create'],
  check: checkBy(proofs),
  unfit: ({ reopen, trouble }) => ({
    ...(reopen === undefined ? { D9: 'the harness has no `reopen`' } : {}),
    ...(trouble === undefined ? ofEach(['D10', 'D11', 'D12'], 'the harness has no `trouble`') : {}),
  }),
})

function prove(id: DocumentGuaranteeId, proof: (document: Document, harness: DocumentHarness) => Promise<void>): void {
  proofs.set(id, async (harness) => {
    const document = await harness.create()
    try {
      await proof(document, harness)
    } finally {
      await harness.dispose?.(document)
    }
  })
}

function ofEach(ids: readonly DocumentGuaranteeId[], reason: string): Readonly<Record<string, string>> {
  return Object.fromEntries(ids.map((id) => [id, reason]))
}

/** A text that shows whether it is whole. Its length differs from that of its neighbours. */
function whole(nr: number): string {
  return `${nr}:${'.'.repeat(20_000 + ((nr * 7919) % 30_000))}:${nr}`
}

/** The number of a whole text, null for none. Fails for anything else. */
function numberIn(text: string | null): number | null {
  if (text === null) return null
  const nr = Number(/^\d+/.exec(text)?.[0])
  assert.ok(text === whole(nr), `no whole text was read: ${excerpt(text)}`)
  return nr
}

function excerpt(text: string | null): string {
  return text === null ? 'nothing' : `${text.length} characters, ${JSON.stringify(text.slice(0, 40))} and so on`
}

async function refusalOf(attempt: Promise<unknown>, code: DocumentFailureCode): Promise<DocumentFailure> {
  const [outcome] = await Promise.allSettled([attempt])
  assert.equal(outcome.status, 'rejected', `it should have been refused with ${code}, but went through`)
  const failure = requireFailure<DocumentFailure>(outcome.reason, 'DocumentFailure', 'a document in trouble')
  assert.equal(failure.code, code, `refused with ${failure.code}: ${failure.message}`)
  return failure
}
