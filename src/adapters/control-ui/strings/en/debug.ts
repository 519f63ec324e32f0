/** Texts of the debug view. */
export const debug = {
  heading: 'Debug',
  intro: 'Calls any method of this gateway with the rights of this browser.',
  method: 'Method',
  unknown: 'The gateway knows no method of this name.',
  takes: (scope: string, isAnything: boolean) =>
    `Needs ${scope === 'none' ? 'no scope' : scope}.${isAnything ? ' Takes anything, and looks at what it needs.' : ''}`,
  params: 'Parameters (JSON)',
  asJson: 'As JSON',
  call: 'Call',
  notJson: (reason: string) => `These parameters are no JSON object: ${reason}`,
  notObject: 'an object { … } is expected',
  ask: (method: string) => `Call ${method}? It may change something.`,
  results: 'Answers, newest first',
  took: (ms: number) => `${ms} ms`,
  answered: 'Answered',
  refused: 'Refused',
  noneHeading: 'Nothing called yet',
  none: 'Answers appear here and stay until another view is opened.',
} as const
