import type { AuditedFile } from '../../security/security-facts.js'
import type { DoctorCheck, DoctorComplaint, Repair } from '../finding.js'

const LEAST_FREE_BYTES = 500 * 1024 * 1024
const MOST_LOG_BYTES = 1_200 * 1024 * 1024
const OTHERS = 0o077
const SHOWN = 5
/** File systems that lie behind a network. */
const NETWORK = /^(?:nfs\d?|cifs|smb\w*|afs|9p|fuse\.(?:sshfs|rclone|s3fs|davfs)|ceph|glusterfs|ncpfs)$/u

/** Where a gateway keeps what it must not lose. */
export const STATE_CHECKS: readonly DoctorCheck[] = [
  rights('config.permissions', 'only we may read the configuration', ['config', 'env', 'backups']),
  rights('state.permissions', 'only we may enter the state directory', [
    'state-dir',
    'database',
    'logs',
    'audit',
    'other',
  ]),
  rights('credentials.permissions', 'only we may read keys and tokens', ['keys', 'tls-key', 'devices']),
  {
    id: 'state.dir',
    title: 'the state directory is there, ours, and stays where it is',
    find: ({ stateDir, place }) => {
      if (!place.exists) {
        return [
          {
            severity: 'warn',
            message: `${stateDir} does not exist yet`,
            repair: { kind: 'directory', path: stateDir },
          },
        ]
      }
      const complaints: DoctorComplaint[] = []
      if (!place.isWritable) {
        complaints.push({
          severity: 'error',
          message: `${stateDir} cannot be written`,
          fix: `chown -R "$USER" ${stateDir}`,
        })
      }
      if (place.filesystem !== null && NETWORK.test(place.filesystem)) {
        complaints.push({
          severity: 'warn',
          message: `${stateDir} lies on a network drive (${place.filesystem}), where locks and syncs cannot be relied on`,
          fix: 'set MAYROS_STATE_DIR to a directory of a local disk',
        })
      }
      if (place.syncedBy !== null) {
        complaints.push({
          severity: 'warn',
          message: `${stateDir} is copied by ${place.syncedBy}, which can damage a database in use`,
          fix: 'set MAYROS_STATE_DIR to a directory that nothing copies',
        })
      }
      if (place.isTemporary) {
        complaints.push({
          severity: 'warn',
          message: `${stateDir} lies in a temporary directory, which the system empties`,
          fix: 'set MAYROS_STATE_DIR to a directory that stays',
        })
      }
      return complaints
    },
  },
  {
    id: 'state.space',
    title: 'there is room on the disk',
    find: ({ place, stateDir }) => {
      if (place.freeBytes === null) return { skipped: 'the system does not tell' }
      if (place.freeBytes >= LEAST_FREE_BYTES) return []
      return [
        {
          severity: place.freeBytes < LEAST_FREE_BYTES / 10 ? 'error' : 'warn',
          message: `${mebibytes(place.freeBytes)} left for ${stateDir}, ${mebibytes(LEAST_FREE_BYTES)} should be free`,
          fix: 'make room: without it messages are refused',
        },
      ]
    },
  },
  {
    id: 'state.lock',
    title: 'nothing is left of gateways that are gone',
    find: ({ leftovers }) =>
      leftovers.map((path) => ({
        severity: 'warn',
        message: `${path} was left by a process that is gone`,
        repair: { kind: 'remove', path },
      })),
  },
  {
    id: 'state.conflict',
    title: 'no other gateway uses this state directory',
    find: ({ processes, record, stateDir, configPath }) => {
      if (processes === null) return { skipped: 'the system does not tell' }
      if (record === null || record.configPath === configPath) return []
      return [
        {
          severity: 'warn',
          message: `the gateway on ${stateDir} (pid ${record.pid}) uses another configuration: ${record.configPath}`,
          fix: 'give each gateway a state directory of its own (MAYROS_STATE_DIR, --profile)',
        },
      ]
    },
  },
  {
    id: 'store.integrity',
    title: 'the database is sound',
    find: ({ store }) => {
      if (store === null) return { skipped: 'looked at with --deep' }
      switch (store.kind) {
        case 'absent':
          return []
        case 'sound':
          return store.version > store.newest
            ? [
                {
                  severity: 'error',
                  message: `the database was written by a later version (schema ${store.version}, this one knows ${store.newest})`,
                  fix: 'update Mayros, or use another state directory',
                },
              ]
            : []
        case 'damaged':
          return [
            {
              severity: 'error',
              message: 'the database is damaged',
              detail: store.problems.join('\n'),
              fix: 'stop the gateway, keep a copy of mayros.db, and restore a backup',
            },
          ]
        case 'unreadable':
          return [
            {
              severity: 'error',
              message: `the database cannot be read: ${store.reason}`,
              fix: 'see the rights of mayros.db',
            },
          ]
      }
    },
  },
  {
    id: 'logs.volume',
    title: 'logs take no more room than they may',
    find: ({ logs }) => {
      if (logs.bytes <= MOST_LOG_BYTES) return []
      return [
        {
          severity: 'warn',
          message: `${logs.directory} holds ${mebibytes(logs.bytes)}`,
          fix: 'old files are removed by a running gateway; lower logging.maxFileBytes or logging.level',
        },
      ]
    },
  },
]

function rights(id: string, title: string, purposes: readonly AuditedFile['purpose'][]): DoctorCheck {
  return {
    id,
    title,
    find: ({ files }) =>
      files
        .filter((file) => purposes.includes(file.purpose))
        .flatMap(complaintAbout)
        .slice(0, SHOWN),
  }
}

function complaintAbout({ path, mode, kind, owner, isLink, isSheltered }: AuditedFile): readonly DoctorComplaint[] {
  if (owner === 'other') {
    return [{ severity: 'error', message: `${path} belongs to somebody else`, fix: `chown "$USER" ${path}` }]
  }
  if (mode === null || (mode & OTHERS) === 0 || isSheltered) return []
  const wanted = kind === 'directory' ? 0o700 : 0o600
  const repair: Repair = { kind: 'rights', path, mode: wanted }
  const message = `${path} is ${octal(mode)}, should be ${octal(wanted)}`
  return [{ severity: 'warn', message, ...(isLink ? { fix: `chmod ${octal(wanted)} ${path}` } : { repair }) }]
}

function octal(mode: number): string {
  return mode.toString(8)
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MiB`
}
