import type { Guarantee } from '../kit/guarantee.js'

/** Everything `documentContract` checks, by number. */
export const DOCUMENT_GUARANTEES = {
  D1: {
    promise: 'a document that nobody wrote reads as null',
    because: 'a first start must be told from contents that were emptied',
  },
  D2: {
    promise: 'a text is read back character by character, whatever it holds and however long it is',
    because: 'its owner parses it, and takes every difference for damage',
  },
  D3: {
    promise: 'an empty text is a text, not nothing',
    because: 'what was emptied on purpose must not count as a first start',
  },
  D4: {
    promise: 'a write replaces the whole text, nothing of a longer one before it is left',
    because: 'what was revoked must not come back at the end of a shorter list',
  },
  D5: {
    promise: 'of writes that nobody waited for, the one asked for last is the text in the end, and all resolve',
    because: 'registries change faster than disks',
  },
  D6: {
    promise: 'once a write resolved, its text or one asked for later is read',
    because: 'a client is told that it is paired when that was kept, not before',
  },
  D7: {
    promise: 'who reads during writes sees whole texts only, and never an older one after a newer one',
    because: 'other programs look at it while the gateway writes',
  },
  D8: {
    promise: 'the location says where it is kept, and stays the same',
    because: 'people are told where to look',
  },
  D9: {
    promise: 'another document of the same place reads what was written, and is read in turn',
    because: 'everything in it is meant for the next start',
    needs: '`reopen` in the harness',
  },
  D10: {
    promise:
      'what cannot be written rejects with a DocumentFailure `document-unwritable` that names the place, not the text',
    because: 'the text is made of secrets, and the failure goes into logs',
    needs: '`trouble` in the harness',
  },
  D11: {
    promise: 'what is there and cannot be read rejects with a DocumentFailure `document-unreadable`, it is not nothing',
    because: 'a registry that takes it for nothing overwrites it with nothing',
    needs: '`trouble` in the harness',
  },
  D12: {
    promise: 'a failed write changes nothing, and once the trouble is over writes go on',
    because: 'a full disk is emptied without a restart',
    needs: '`trouble` in the harness',
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type DocumentGuaranteeId = keyof typeof DOCUMENT_GUARANTEES
