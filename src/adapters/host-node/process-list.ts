import type { HostProcess } from '../../application/ports/host.js'

const LINE = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/u

/** Reads what `ps -eo pid=,ppid=,user=,args=` prints. */
export function readProcessList(text: string): readonly Omit<HostProcess, 'isOfAgent'>[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parentPid, user = '', command = ''] = LINE.exec(line) ?? []
    return pid === undefined ? [] : [{ pid: Number(pid), parentPid: Number(parentPid), user, command: command.trim() }]
  })
}
