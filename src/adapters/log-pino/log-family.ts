import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The files one log is spread over. */
export interface LogFamily {
  readonly directory: string
  /** Path of the file that is written to at this time, in Unix milliseconds. */
  currentPath(now: number): string
  /** When the current file stops being the current one; Infinity = never. */
  endOfFile(now: number): number
  /** Paths of all its files that are there, in no order. */
  paths(): string[]
}

/** One file a day, named by the local date, in this directory. */
export function dailyFamily(directory: string): LogFamily {
  return {
    directory,
    currentPath: (now) => join(directory, `mayros-${localDate(new Date(now))}.log`),
    endOfFile: (now) => nextMidnight(new Date(now)),
    paths: () => matching(directory, /^mayros-\d{4}-\d{2}-\d{2}\.log(\.\d+)?$/),
  }
}

/** One file of a fixed name, beside which the full ones are kept. */
export function fixedFamily(path: string): LogFamily {
  const name = basename(path)
  const isRotation = (other: string) => other.startsWith(`${name}.`) && /^\d+$/.test(other.slice(name.length + 1))
  return {
    directory: dirname(path),
    currentPath: () => path,
    endOfFile: () => Infinity,
    paths: () => matching(dirname(path), { test: (other) => other === name || isRotation(other) }),
  }
}

/** The path a full file moves to: `.1` for the first of its name, then `.2`, so that no kept file ever moves again. */
export function rotatedPath(path: string, family: LogFamily): string {
  const numbers = family
    .paths()
    .filter((other) => other.startsWith(`${path}.`))
    .map((other) => Number(other.slice(path.length + 1)))
  return `${path}.${Math.max(0, ...numbers) + 1}`
}

function matching(directory: string, name: { test(name: string): boolean }): string[] {
  try {
    return readdirSync(directory)
      .filter((found) => name.test(found))
      .map((found) => join(directory, found))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function localDate(date: Date): string {
  const twoDigits = (number: number) => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
}

function nextMidnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
}
