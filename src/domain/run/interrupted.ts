/** What people read about a run that was cut off by the end of the process. */
export const INTERRUPTED = 'interrupted: the gateway stopped while this run was under way; send the message again'
