import type { Guarantee } from '../kit/guarantee.js'

/** Everything `configSourceContract` checks, by number. */
export const CONFIG_SOURCE_GUARANTEES = {
  C1: {
    promise: 'a missing file is an empty, valid configuration',
    because: 'a fresh installation has none',
  },
  C2: {
    promise: 'an empty and a comment-only file are empty configurations',
    because: 'people begin with an empty file',
  },
  C3: {
    promise: 'defaults are applied to the snapshot but not to what the text says',
    because: 'an editor must show what is written, the gateway needs what counts',
  },
  C4: {
    promise: 'the snapshot is frozen at every depth',
    because: 'an instance lives on one snapshot; a part that changes it would change all others',
  },
  C5: {
    promise: 'all problems are told at once, with path, code and fix',
    because: 'mending a file one error per start is a waste of an evening',
  },
  C6: {
    promise: 'no problem shows a secret',
    because: 'problems are logged, and pasted into questions',
  },
  C7: {
    promise: 'reserved keys are refused wherever they stand',
    because: 'a key like `__proto__` changes objects that are not its own',
  },
  C8: {
    promise: 'what is shown has the placeholder in place of every secret',
    because: 'the configuration is shown to every operator, on screens that are shared',
  },
  C9: {
    promise: 'a misspelt name does not uncover a secret',
    because: 'the secret beside a typing mistake is a secret',
  },
  C10: {
    promise: 'rules over several keys are checked',
    because: 'two agents of one name would answer for each other',
  },
  C11: {
    promise: 'an edit sets only the named values and creates the file',
    because: 'programs change one value of a file that a person keeps',
  },
  C12: {
    promise: 'undefined removes a value; removing nothing changes nothing',
    because: 'a hash that changes for nothing makes every editor read again',
  },
  C13: {
    promise: 'an edit that would make the configuration invalid writes nothing',
    because: 'the next start must not fail because of a click',
  },
  C14: {
    promise: 'an edit from an older reading is refused',
    because: 'two editors must not overwrite each other unseen',
  },
  C15: {
    promise: 'the placeholder keeps what is stored',
    because: 'a form that shows a placeholder sends it back',
  },
  C16: {
    promise: 'edits asked for at once do not lose each other',
    because: 'several programs configure one gateway',
  },
  C17: {
    promise: 'a read-only source refuses every edit',
    because: 'a file that is managed elsewhere would be overwritten there',
  },
  C18: {
    promise: 'a watcher is called after a change, and never after it stopped',
    because: 'an instance that ended must not reload anything',
  },
  C19: {
    promise: 'text that cannot be parsed is a problem, not an exception',
    because: 'a file is broken while a person types',
  },
  C20: {
    promise: 'references to environment variables are filled in, as the type their key wants',
    because: 'secrets and ports come from the environment of the machine',
  },
  C21: {
    promise: 'a missing variable is a problem of its own key, and no value of a variable is told',
    because: 'only what needs the variable should stop, and what it says may be a secret',
  },
  C22: {
    promise: 'a secret may be named by where it is kept, and stays written that way',
    because: 'an edit must not put a secret into a file that its owner kept out of it',
  },
  C23: {
    promise: 'the whole text can be replaced, by a valid one and from the latest reading only',
    because: 'editors send the text as a whole',
  },
  C24: {
    promise: 'a text that does not parse can be replaced',
    because: 'somebody has to be able to mend it from afar',
  },
  C25: {
    promise: 'a text that was shown can be sent back without losing a secret',
    because: 'an editor shows placeholders and sends them back',
  },
  C26: {
    promise: 'a dry run and a preview show what would be, and write nothing',
    because: 'people want to see what a change does before they make it',
  },
  C27: {
    promise: 'variables of the `env` section are told and used',
    because: 'some machines have no other environment to put them into',
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type ConfigSourceGuaranteeId = keyof typeof CONFIG_SOURCE_GUARANTEES
