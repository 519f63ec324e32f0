import { join } from 'node:path'

/** The files of a trail: the one that is written, and the ones put aside, which are never written again. */
export interface AuditFamily {
  readonly directory: string
  readonly current: string
  /** How many are kept besides the current one; at least 1. */
  readonly keep: number
}

export function auditFamily(stateDir: string, keep: number): AuditFamily {
  const directory = join(stateDir, 'logs')
  return { directory, current: join(directory, 'audit.jsonl'), keep: Math.max(1, keep) }
}

/** `audit.1.jsonl` is the newest of those put aside. */
export function setAside(family: AuditFamily, age: number): string {
  return join(family.directory, `audit.${age}.jsonl`)
}

/** All paths there can be, newest first. */
export function pathsOf(family: AuditFamily): readonly string[] {
  return [family.current, ...Array.from({ length: family.keep }, (_, index) => setAside(family, index + 1))]
}
