/** A path as people write it: `~` for the home directory. */
export function forPeople(path: string, home: string): string {
  if (path === home) return '~'
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}
