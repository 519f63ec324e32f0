import type { Guarantee } from '../kit/guarantee.js'

/** Everything `auditTrailContract` checks, by number. */
export const AUDIT_TRAIL_GUARANTEES = {
  U1: {
    promise: 'what was recorded is read back with its time and all its facts, oldest first, without a flush',
    because: 'a question about what just happened must not get the answer of a minute ago',
  },
  U2: {
    promise: 'entries come in the order they were recorded, however urgent each is',
    because: 'what led to what can only be told from the order',
  },
  U3: {
    promise: 'a limit gives the newest entries, and without one there are a hundred',
    because: 'people look at the end first',
  },
  U4: {
    promise: 'a query by time, event, device, address, or several of them gives exactly what matches',
    because: 'after an incident somebody asks for one device or one address only',
  },
  U5: {
    promise: 'recording never throws, whatever the facts are, and keeps the entry',
    because: 'it is called where somebody is being let in or refused, and that must go on',
  },
  U6: {
    promise: 'texts of strangers cannot forge an entry, and have a largest size',
    because: 'an attacker chooses the name of his client',
  },
  U7: {
    promise: 'facts that change after they were recorded do not change the entry, nor do entries that were read',
    because: 'a record that follows the present is none',
  },
  U8: {
    promise: 'of a flood twenty entries a minute are kept, and one at the end of the minute counts the others',
    because: 'one address that knocks all day must not fill the disk, nor hide how often it knocked',
  },
  U9: {
    promise: 'a flood of one address leaves other addresses, reasons and events alone',
    because: 'noise must not cover what happens beside it',
  },
  U10: {
    promise: 'a flood from more addresses than can be told apart is counted to the last knock',
    because: 'a botnet must cost no memory',
  },
  U11: {
    promise: 'what only people who were let in can cause is never summed up',
    because: 'twenty-one tools in a minute are twenty-one facts',
  },
  U12: {
    promise: 'after close nothing is recorded; floods are counted up to then, closing twice is closing once',
    because: 'an instance that ends must leave a record that says so, and nothing after it',
  },
  U13: {
    promise: 'entries that were flushed are read by whoever opens the trail next',
    because: 'an attacker who crashes the gateway must not erase how he came in',
    needs: 'reopen',
  },
  U14: {
    promise: 'a trail in which nothing was recorded is empty',
    because: 'a reader may come before the first entry',
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type AuditTrailGuaranteeId = keyof typeof AUDIT_TRAIL_GUARANTEES
