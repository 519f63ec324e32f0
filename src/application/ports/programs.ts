/*
 * Programs of this machine by name. Called before a command of an agent is judged, never to run anything.
 * Promises: finds what the shell of a command would run: a name along PATH, a path from the working directory; the
 * answer is absolute, without `.` and `..`, and links are not followed, so that it is what a person would write down.
 * Must never throw; what cannot be looked at is not there.
 */
export interface Programs {
  /** Null when there is no such file, or none that may be run. */
  find(program: string, cwd: string): Promise<string | null>
}
