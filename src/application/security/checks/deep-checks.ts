import type { Complaint, SecurityCheck } from '../finding.js'

const DAY_MS = 86_400_000
const IDLE_DAYS = 90
const WARN_DAYS = 30

/** What only a look at the running gateway and its registers shows. */
export const DEEP_CHECKS: readonly SecurityCheck[] = [
  {
    id: 'deep.open-door',
    worst: 'critical',
    title: 'the running gateway let us in without any credential',
    remediation: 'start it with auth mode token or password',
    find: ({ deep }) =>
      deep?.door.kind === 'open'
        ? [{ severity: 'critical', detail: 'it asks clients for no token and no password' }]
        : [],
  },
  {
    id: 'deep.not-running',
    worst: 'info',
    title: 'the running gateway could not be looked at',
    remediation: 'start it and run the audit again: mayros gateway',
    find: ({ deep }) => (deep?.door.kind === 'silent' ? [{ severity: 'info', detail: deep.door.reason }] : []),
  },
  {
    id: 'tls.certificate-expiring',
    worst: 'critical',
    title: 'the certificate ends soon',
    remediation: 'renew it; one that the gateway made itself: remove it and restart',
    find: ({ deep, now }): readonly Complaint[] => {
      if (deep === null || deep.certificate === null) return []
      const { path, validTo } = deep.certificate
      const days = Math.floor((validTo - now) / DAY_MS)
      if (days >= WARN_DAYS) return []
      if (days < 0) return [{ severity: 'critical', detail: `${path}: ended ${-days} days ago` }]
      return [{ severity: 'warn', detail: `${path}: ${days} days left` }]
    },
  },
  {
    id: 'devices.idle-admin',
    worst: 'warn',
    title: 'devices with full rights have not been seen for long',
    remediation: 'remove those that are gone with mayros devices remove',
    find: ({ deep, now }) =>
      (deep?.devices ?? [])
        .filter(({ scopes, lastSeenAt }) => scopes.includes('operator.admin') && now - lastSeenAt > IDLE_DAYS * DAY_MS)
        .map(({ deviceId, name, lastSeenAt }) => ({
          severity: 'warn',
          detail: `${name ?? 'a device'} (${deviceId.slice(0, 12)}): not seen for ${Math.floor((now - lastSeenAt) / DAY_MS)} days`,
        })),
  },
  {
    id: 'devices.pending',
    worst: 'info',
    title: 'devices wait for an approval',
    remediation: 'look at them: mayros devices list',
    find: ({ deep }) =>
      deep !== null && deep.pending > 0 ? [{ severity: 'info', detail: `${deep.pending} waiting` }] : [],
  },
]
