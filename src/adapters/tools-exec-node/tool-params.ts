import { z } from 'zod'

const LONGEST_COMMAND = 100_000
const LONGEST_INPUT = 100_000
const LONGEST_WAIT_MS = 60_000
const LONGEST_YIELD_MS = 1_800_000
const LONGEST_RUN_SECONDS = 604_800

/** What the system can pass on. */
const plain = () => z.string().regex(/^[^\0]*$/, 'must not contain NUL')

/** `exec` */
export const execParams = z.strictObject({
  command: plain().min(1).max(LONGEST_COMMAND).describe('Command for the shell.'),
  cwd: plain().min(1).max(4096).describe('Directory to run in; relative ones start in the workspace.').optional(),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), plain())
    .describe('Variables to set.')
    .optional(),
  timeoutSec: z.int().min(1).max(LONGEST_RUN_SECONDS).describe('Ends the command after so many seconds.').optional(),
  background: z.boolean().describe('Return at once; the command goes on and takes input.').optional(),
  yieldMs: z
    .int()
    .min(0)
    .max(LONGEST_YIELD_MS)
    .describe('Milliseconds to wait before the command goes on in the background.')
    .optional(),
  pty: z.boolean().describe('Give it a terminal: for programs that insist on one.').optional(),
})
export type ExecParams = z.infer<typeof execParams>

/** `process` */
export const processParams = z.strictObject({
  action: z.enum(['list', 'poll', 'log', 'write', 'submit', 'kill', 'remove']),
  sessionId: z.string().min(1).max(100).describe('Which command; not for list.').optional(),
  waitMs: z
    .int()
    .min(0)
    .max(LONGEST_WAIT_MS)
    .describe('For poll: milliseconds to wait for the command to end.')
    .optional(),
  text: z.string().max(LONGEST_INPUT).describe('For write and submit (which adds Enter).').optional(),
  offset: z.int().min(1).describe('For log: number of the first line, from 1; absent: the last lines.').optional(),
  limit: z.int().min(1).max(2000).describe('For log: how many lines (default 200).').optional(),
})
export type ProcessParams = z.infer<typeof processParams>
