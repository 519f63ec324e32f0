/** Texts of the debug view. */
export const debug = {
  heading: 'Debug',
  intro: 'Calls any method of this gateway with the rights of this browser.',
  method: 'Method',
  params: 'Parameters (JSON)',
  call: 'Call',
  notJson: (reason: string) => `These parameters are no JSON object: ${reason}`,
  notObject: 'an object { … } is expected',
  ask: (method: string) => `Call ${method}? It may change something.`,
  results: 'Answers, newest first',
  took: (ms: number) => `${ms} ms`,
  answered: 'Answered',
  refused: 'Refused',
  noneHeading: 'Nothing called yet',
  none: 'Answers appear here and stay until the page is closed.',
} as const
