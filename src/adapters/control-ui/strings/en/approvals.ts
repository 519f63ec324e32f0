/** Texts of the approvals view. */
export const approvals = {
  heading: 'Approvals',
  intro: 'Commands that agents want to run and somebody has to allow first.',
  noneHeading: 'Nothing waits',
  none: 'When an agent asks to run a command, it appears here by itself.',
  agent: 'Agent',
  session: 'Session',
  folder: 'Folder',
  program: 'Program',
  asked: 'Asked',
  expires: 'Ends without an answer',
  once: 'Allow once',
  always: 'Always allow',
  deny: 'Deny',
  alwaysAsk: (command: string) => `Run this command without asking from now on? ${command}`,
  decided: { 'allow-once': 'Allowed once', 'allow-always': 'Allowed from now on', deny: 'Denied' },
} as const
