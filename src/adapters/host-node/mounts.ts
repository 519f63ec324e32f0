export interface Mount {
  readonly point: string
  readonly type: string
}

/** Reads `/proc/self/mounts` (fstab(5)): blanks in a path are written as octal numbers. */
export function readMounts(table: string): readonly Mount[] {
  return table.split('\n').flatMap((line) => {
    const [, point, type] = line.split(' ')
    return point === undefined || type === undefined ? [] : [{ point: unescaped(point), type }]
  })
}

/** The mount a path lies on: the deepest, and of equal ones the last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | null {
  let found: Mount | null = null
  for (const mount of mounts) {
    const isAbove = mount.point === '/' || path === mount.point || path.startsWith(`${mount.point}/`)
    if (isAbove && (found === null || mount.point.length >= found.point.length)) found = mount
  }
  return found
}

function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/gu, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
