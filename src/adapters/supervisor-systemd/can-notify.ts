import { runProgram } from './run-program.js'

/**
 * First version whose `systemd-notify` waits until its message was read. Before that a message of a program that has ended
 * already may be dropped, because nobody can tell any more to which unit it belonged.
 */
const RELIABLE_SINCE = 246

/** Whether a gateway of this host can report to systemd. */
export async function canNotifySystemd(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  const { kind, stdout } = await runProgram('systemd-notify', ['--version'], env, 5_000)
  return kind === 'done' && Number(/^systemd (\d+)/.exec(stdout)?.[1] ?? 0) >= RELIABLE_SINCE
}
