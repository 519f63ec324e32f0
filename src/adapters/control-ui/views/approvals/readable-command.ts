import { printable } from '../../../../domain/log/printable.js'

/** A command as it will run, line by line, where nothing in it can hide or pass for something else. */
export function readableCommand(command: string): string {
  return command.split('\n').map(printable).join('\n')
}
