import type { FileFacts, PrivateFiles } from '../ports/private-files.js'
import type { AuditedFile, FilePurpose } from './security-facts.js'

export interface AuditedPlaces {
  /** Absolute. */
  readonly stateDir: string
  /** Absolute paths of every file the configuration is made of, secrets included. */
  readonly configFiles: readonly string[]
  /** Absolute path of the key of the certificate that the configuration names. */
  readonly tlsKey?: string | undefined
  /** Absolute path of a log file outside the state directory. */
  readonly logFile?: string | undefined
}

const MOST_FILES = 5_000
const DEEPEST = 4

/** What the first names below the state directory say about a file. The first that fits counts. */
const PURPOSES: readonly (readonly [RegExp, FilePurpose])[] = [
  [/^\.env(?:\.|$)/, 'env'],
  [/^[^/]*\.bak(?:\.\d+)?$|^config-history(?:\/|$)|^backups?(?:\/|$)/, 'backups'],
  [/^mayros\.json[^/]*$/, 'config'],
  [/^[^/]*\.db(?:-wal|-shm|-journal)?$|^agents(?:\/|$)/, 'database'],
  [/^devices(?:\/|$)|^access(?:\/|$)/, 'devices'],
  [/^audit(?:\/|$)|^logs\/audit(?:\.\d+)?\.jsonl$|^logs\/config-audit/, 'audit'],
  [/^logs(?:\/|$)/, 'logs'],
  [/^tls(?:\/|$)/, 'tls-key'],
  [/^identity(?:\/|$)|^keys(?:\/|$)|^run\/token$|^credentials(?:\/|$)/, 'keys'],
]

/** Work of agents, which they share with people as they like; and what package managers fetch. */
const NOT_OURS = /^workspace(?:-[^/]*)?$|(?:^|\/)node_modules$|^plugins$|^skills$/

/** Looks at every file of the gateway, in the state directory and wherever the configuration lies. */
export async function auditedFiles(files: PrivateFiles, places: AuditedPlaces): Promise<readonly AuditedFile[]> {
  const { stateDir } = places
  const below = (path: string) => path.slice(stateDir.length + 1)
  const survey = await files.survey(stateDir, {
    depth: DEEPEST,
    most: MOST_FILES,
    skip: (path) => NOT_OURS.test(below(path)),
  })
  const named = new Map<string, FilePurpose>([
    ...places.configFiles.map((path) => [path, 'config'] as const),
    ...(places.tlsKey === undefined ? [] : [[places.tlsKey, 'tls-key'] as const]),
    ...(places.logFile === undefined ? [] : [[places.logFile, 'logs'] as const]),
  ])
  const elsewhere = await files.inspect([...named.keys()].filter((path) => !path.startsWith(`${stateDir}/`)))
  const isClosed = survey[0] !== undefined && isClosedDirectory(survey[0])
  return [
    ...survey.map((facts, index) => ({
      ...facts,
      purpose: index === 0 ? 'state-dir' : (named.get(facts.path) ?? purposeOf(below(facts.path))),
      isSheltered: index > 0 && isClosed,
    })),
    ...elsewhere.map((facts) => ({ ...facts, purpose: named.get(facts.path) ?? 'other', isSheltered: false })),
  ]
}

function purposeOf(relative: string): FilePurpose {
  return PURPOSES.find(([pattern]) => pattern.test(relative))?.[1] ?? 'other'
}

function isClosedDirectory({ mode }: FileFacts): boolean {
  return mode !== null && (mode & 0o077) === 0
}
