import type { PortHolder } from '../ports/port-holder.js'

/** `pid 812 (nginx, user www-data)`, or what is known of a process that hides. */
export function holderName(holder: PortHolder): string {
  if (holder.pid === null) return `a process of user ${holder.user}`
  return `pid ${holder.pid} (${[programName(holder), `user ${holder.user}`].join(', ')})`
}

/** The program's short name. */
export function programName(holder: PortHolder): string {
  return holder.program === '' ? (holder.command.split(' ')[0] ?? 'unknown') : holder.program
}
