/** Texts of the view of the configuration. */
export const config = {
  heading: 'Config',
  intro: 'The file as it stands on disk. Secrets are hidden; a hidden one that you leave as it is stays.',
  text: 'Configuration (JSON5)',
  save: 'Save',
  discard: 'Discard changes',
  discardAsk: 'Forget what you changed here?',
  unsaved: 'Not saved',
  notJson: (reason: string) => `This is no JSON5: ${reason}`,
  invalidHeading: 'The file on disk has problems and is not in force',
  unreadable:
    'Its text cannot be shown while it is invalid. Mend it on the machine of the gateway: mayros config validate',
  refused: 'Nothing was written',
  restartAsk: (reason: string) => `${reason} Save it and restart the gateway? Runs under way are taken up again.`,
  saveAndRestart: 'Save and restart',
  saved: 'Saved and in force',
  savedRestart: 'Saved; the gateway restarts',
  unchanged: 'Nothing changed',
} as const
