import type { Guarantee } from '../kit/guarantee.js'

/** Everything `logContract` checks, by number. */
export const LOG_GUARANTEES = {
  L1: {
    promise: 'every level can be spoken and is written with its name',
    because: 'readers filter by it',
  },
  L2: {
    promise: 'lines below the threshold go nowhere, and enabled() tells so',
    because: 'lines nobody wants must cost nothing',
  },
  L3: {
    promise: 'a child speaks for its part and carries its fields, the parent does not',
    because: 'a line is of use when it says which connection it is about',
  },
  L4: {
    promise: 'secrets are masked in messages, fields, nested fields, errors and child fields',
    because: 'logs are sent to strangers who help',
  },
  L5: {
    promise: 'fields named like secrets are masked whatever they hold',
    because: 'a secret need not be known to be one',
  },
  L6: {
    promise: 'what looks like a credential is masked wherever it appears',
    because: 'keys turn up in the texts of other programs',
  },
  L7: {
    promise: 'nothing that is logged can throw',
    because: 'logging is done where something went wrong already',
  },
  L8: {
    promise: 'logged input cannot forge a line, a colour or a member',
    because: 'what strangers send is logged',
  },
  L9: {
    promise: 'an error is written with name, message, code and stack',
    because: 'these are what a defect is found by',
  },
  L10: {
    promise: 'a reader that follows with its cursor gets every line once',
    because: '`logs --follow` must neither skip nor repeat',
  },
  L11: {
    promise: 'without a cursor the newest lines come, oldest of them first',
    because: 'people look at the end and read downwards',
  },
  L12: {
    promise: 'a cursor beyond the end is reset to the newest lines',
    because: 'a log that was removed must not silence its readers',
  },
  L13: {
    promise: 'lines carry the members that viewers of protocol 3 read',
    because: 'existing viewers show them',
  },
  L14: {
    promise: 'a log in which nothing was said is empty',
    because: 'a reader may come before the first line',
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type LogGuaranteeId = keyof typeof LOG_GUARANTEES
