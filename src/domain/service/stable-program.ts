/** Folders of programs that switch between versions of Node: what they hold today is gone after the next update. */
const VERSION_MANAGERS: readonly (readonly [name: string, path: RegExp])[] = [
  ['nvm', /\/\.?nvm\//],
  ['fnm', /\/(?:\.?fnm|fnm_multishells)\//],
  ['volta', /\/\.?volta\//],
  ['asdf', /\/\.asdf\//],
  ['mise', /\/mise\/(?:installs|shims)\//],
  ['nodenv', /\/\.?nodenv\//],
  ['n', /\/n\/versions\/node\//],
  ['nodebrew', /\/\.nodebrew\//],
  ['Homebrew cellar', /\/Cellar\//],
]

/** Which version manager a path belongs to; null = none known. */
export function versionManagerOf(path: string): string | null {
  return VERSION_MANAGERS.find(([, pattern]) => pattern.test(path))?.[0] ?? null
}

/** A Node program that exists and runs. */
export interface NodeCandidate {
  readonly path: string
  /** `20.20.2` */
  readonly version: string
}

/** Oldest Node the gateway runs on. */
export const OLDEST_NODE = [20, 19] as const

export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
}

/** Which Node a service runs, and what there is to say about that. */
export interface ChosenNode {
  readonly path: string
  readonly warning: string | null
}

/**
 * The Node for a service: the one that runs the installer, unless a version manager owns it and the system has another
 * that is new enough.
 * @param own the one that runs now
 * @param others where systems have theirs, most wanted first
 */
export function chooseNode(own: NodeCandidate, others: readonly NodeCandidate[]): ChosenNode {
  const manager = versionManagerOf(own.path)
  if (manager === null) return { path: own.path, warning: null }
  const stable = others.find(({ path, version }) => versionManagerOf(path) === null && isSupportedNode(version))
  if (stable !== undefined) return { path: stable.path, warning: null }
  return {
    path: own.path,
    warning: `Node comes from ${manager} (${own.path}) and there is no other; after an update of it run: mayros gateway install`,
  }
}
