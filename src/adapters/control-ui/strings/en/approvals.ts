/** Texts of the approvals view. */
export const approvals = {
  heading: 'Approvals',
  intro: 'Commands that agents want to run and somebody has to allow first.',
  noneHeading: 'Nothing waits',
  none: 'When an agent asks to run a command, it appears here by itself.',
  waiting: (count: number) => (count === 0 ? '' : `${count} ${count === 1 ? 'command waits' : 'commands wait'}`),
  mayNot: (scope: string) =>
    `This browser may not decide: its connection lacks the scope ${scope}. ` +
    'Somebody who has it can give its device more rights, or sign in again with the token of the gateway.',
  agentAsks: (agent: string) => `Agent ${agent} wants to run`,
  somebodyAsks: 'Somebody wants to run',
  command: 'Command',
  copy: 'Copy command',
  agent: 'Agent',
  session: 'Session',
  folder: 'Folder',
  program: 'Program',
  host: 'Where it runs',
  hosts: { gateway: 'On the gateway', node: 'On a node', sandbox: 'In a sandbox' } as Readonly<Record<string, string>>,
  rules: 'Rules',
  asked: 'Asked',
  once: 'Allow once',
  always: 'Always allow',
  deny: 'Deny',
  alwaysAsk: (command: string) => `Run this command without asking from now on? ${command}`,
  decided: { 'allow-once': 'Allowed once', 'allow-always': 'Allowed from now on', deny: 'Denied' },
} as const
