const STOP_WORDS: ReadonlySet<string> = new Set(['/stop', 'stop', 'esc', 'abort', 'wait', 'exit', 'interrupt'])

/** Whether a whole chat message asks to stop what is running. */
export function isStopMessage(message: string): boolean {
  return STOP_WORDS.has(message.trim().toLowerCase())
}
