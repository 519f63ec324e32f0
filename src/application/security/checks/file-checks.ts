import type { Complaint, SecurityCheck, Severity } from '../finding.js'
import type { AuditedFile, FilePurpose } from '../security-facts.js'

const READ_BY_OTHERS = 0o044
const READ_BY_ALL = 0o004
const WRITTEN_BY_OTHERS = 0o022
const ENTERED_BY_OTHERS = 0o077
const PRIVATE_FILE = 0o600
const PRIVATE_DIRECTORY = 0o700
const SHOWN = 3

/** What lies in the files, worst case first. */
const KINDS: readonly {
  readonly purpose: FilePurpose
  readonly id: string
  readonly title: string
  /** Whoever reads it can act as somebody else, or reads private conversations. */
  readonly isSecret: boolean
}[] = [
  { purpose: 'state-dir', id: 'files.state-dir', title: 'others may enter the state directory', isSecret: false },
  { purpose: 'config', id: 'files.config', title: 'others may read the configuration', isSecret: true },
  { purpose: 'env', id: 'files.env', title: 'others may read the file of variables', isSecret: true },
  { purpose: 'database', id: 'files.database', title: 'others may read the conversations', isSecret: true },
  { purpose: 'keys', id: 'files.keys', title: 'others may read a private key or a token', isSecret: true },
  {
    purpose: 'tls-key',
    id: 'tls.files-readable',
    title: 'others may read the key of the certificate',
    isSecret: true,
  },
  { purpose: 'devices', id: 'files.devices', title: 'others may read the register of devices', isSecret: false },
  { purpose: 'backups', id: 'files.backups', title: 'others may read old configurations', isSecret: true },
  { purpose: 'audit', id: 'files.audit', title: 'others may read the record of who came in', isSecret: false },
  { purpose: 'logs', id: 'files.logs', title: 'others may read the logs', isSecret: false },
  { purpose: 'other', id: 'files.other', title: 'others may read files of the gateway', isSecret: false },
]

/** Files that others may read or change, a check for each kind. */
export const FILE_CHECKS: readonly SecurityCheck[] = [
  ...KINDS.map(
    ({ purpose, id, title, isSecret }): SecurityCheck => ({
      id,
      worst: 'critical',
      title,
      remediation: 'mayros security audit --fix, or: chmod go-rwx on them',
      find: ({ files }) => {
        const open = files.filter((file) => file.purpose === purpose && isOpen(file))
        if (open.length === 0) return []
        return [
          {
            severity: worstOf(open.map((file) => gravity(file, isSecret))),
            detail: told(open),
            repairs: open
              .filter(({ isLink, owner }) => !isLink && owner !== 'other')
              .map(({ path, kind }) => ({
                kind: 'rights',
                path,
                mode: kind === 'directory' ? PRIVATE_DIRECTORY : PRIVATE_FILE,
              })),
          },
        ]
      },
    }),
  ),
  {
    id: 'files.foreign-owner',
    worst: 'critical',
    title: 'files of the gateway belong to somebody else',
    remediation: 'chown them to the user who runs the gateway',
    find: ({ files }) => {
      const foreign = files.filter(({ owner }) => owner === 'other')
      return foreign.length === 0 ? [] : [{ severity: 'critical', detail: told(foreign) } satisfies Complaint]
    },
  },
]

function isOpen({ mode, kind }: AuditedFile): boolean {
  if (mode === null) return false
  return (mode & (kind === 'directory' ? ENTERED_BY_OTHERS : READ_BY_OTHERS | WRITTEN_BY_OTHERS)) !== 0
}

/** What others can change is worst. Behind a closed door all is half as bad. */
function gravity({ mode, isSheltered }: AuditedFile, isSecret: boolean): Severity {
  if (isSheltered) return 'info'
  const rights = mode ?? 0
  if ((rights & WRITTEN_BY_OTHERS) !== 0) return 'critical'
  return isSecret && (rights & READ_BY_ALL) !== 0 ? 'critical' : 'warn'
}

function worstOf(severities: readonly Severity[]): Severity {
  return (['critical', 'warn'] as const).find((severity) => severities.includes(severity)) ?? 'info'
}

function told(files: readonly AuditedFile[]): string {
  const shown = files
    .slice(0, SHOWN)
    .map(({ path, mode }) => (mode === null ? path : `${path} (${mode.toString(8).padStart(3, '0')})`))
  const more = files.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
