import type { DoctorCheck } from '../finding.js'

/** Oldest version of Node that is supported, and the newest line that was tried. */
const OLDEST_NODE = [20, 19] as const
const VERSION_MANAGED = /\/(?:\.nvm|\.fnm|\.volta|\.asdf|\.nodenv|\.local\/share\/(?:mise|fnm)|n\/versions)\//u
const MOST_SKEW_MS = 120_000

/** What a gateway runs on. */
export const RUNTIME_CHECKS: readonly DoctorCheck[] = [
  {
    id: 'runtime.node',
    title: 'this version of Node is supported',
    find: ({ node, service }) => {
      const [major = 0, minor = 0] = node.version.replace(/^v/u, '').split('.').map(Number)
      const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
      if (isOld) {
        const message = `Node ${node.version} is too old, ${OLDEST_NODE.join('.')} or later is needed`
        return [{ severity: 'error', message, fix: 'install Node 22 or 24' }]
      }
      if (service?.isInstalled !== true || !VERSION_MANAGED.test(node.path)) return []
      return [
        {
          severity: 'warn',
          message: `${node.path} belongs to a version manager and may vanish with the next update`,
          fix: 'install Node for the system, then: mayros gateway install --force',
        },
      ]
    },
  },
  {
    id: 'transport.engine',
    title: 'the fastest network engine is in use',
    find: ({ engine }) => {
      if (engine.name !== 'ws') return []
      return [
        {
          severity: 'warn',
          message: 'the network engine is ws; uWebSockets.js would be faster',
          detail: engine.reasons.join('\n'),
          fix: 'nothing has to be done: ws serves everything',
        },
      ]
    },
  },
  {
    id: 'port.conflict',
    title: 'nobody else has the port',
    find: ({ port, holders, record, gateway }) => {
      if (gateway?.kind === 'answers' || record?.port === port) return []
      return holders.map(({ pid, program, user }) => ({
        severity: 'error',
        message: `port ${port} is held by ${program === '' ? 'a process' : program}${pid === null ? '' : ` (pid ${pid})`} of ${user}`,
        fix: 'mayros gateway --force, or another port: mayros config set gateway.port',
      }))
    },
  },
  {
    id: 'gateway.reachable',
    title: 'the gateway answers, and lets us in',
    find: ({ gateway, record, service }) => {
      if (gateway === null || gateway.kind === 'answers') return []
      if (gateway.kind === 'refuses') {
        return [
          {
            severity: 'error',
            message: `the gateway does not let us in: ${gateway.reason}`,
            fix: 'mayros gateway status names both secrets',
          },
        ]
      }
      if (record === null && service?.isInstalled !== true) return { skipped: 'no gateway runs' }
      if (record === null && service?.status === 'stopped') {
        return [{ severity: 'warn', message: 'the service is stopped', fix: 'mayros gateway start' }]
      }
      if (record === null && service?.status === 'failed') {
        const message = 'the service has failed and is not started any more'
        return [{ severity: 'error', message, repair: { kind: 'service', action: 'restart' } }]
      }
      return [
        {
          severity: record === null ? 'warn' : 'error',
          message: `the gateway does not answer: ${gateway.reason}`,
          ...(service?.isInstalled === true
            ? { repair: { kind: 'service', action: 'restart' } }
            : { fix: 'mayros gateway' }),
        },
      ]
    },
  },
  {
    id: 'gateway.version',
    title: 'the running gateway is the installed one',
    find: ({ record, version, service }) => {
      if (record === null || record.version === version) return []
      return [
        {
          severity: 'warn',
          message: `the gateway runs ${record.version}, ${version} is installed`,
          ...(service?.isInstalled === true
            ? { repair: { kind: 'service', action: 'restart' } }
            : { fix: 'mayros gateway restart' }),
        },
      ]
    },
  },
  {
    id: 'gateway.duplicates',
    title: 'no second gateway of ours runs unseen',
    find: ({ processes, record }) => {
      if (processes === null) return { skipped: 'the system does not tell' }
      const gateways = processes.filter(({ command }) => isGateway(command))
      const others = gateways.filter(({ pid, parentPid }) => pid !== record?.pid && !isChild(parentPid, gateways))
      if (others.length === 0) return []
      return [
        {
          severity: 'warn',
          message: `${others.length === 1 ? 'another gateway runs' : `${others.length} other gateways run`}: ${others.map(({ pid, user }) => `pid ${pid} of ${user}`).join(', ')}`,
          fix: 'mayros gateway status --deep tells their ports and directories',
        },
      ]
    },
  },
  {
    id: 'process.orphans',
    title: 'no commands of an earlier gateway are left',
    find: ({ processes }) => {
      if (processes === null) return { skipped: 'the system does not tell' }
      const gateways = new Set(processes.filter(({ command }) => isGateway(command)).map(({ pid }) => pid))
      const parents = new Map(processes.map(({ pid, parentPid }) => [pid, parentPid]))
      const orphans = processes.filter(({ pid, isOfAgent }) => isOfAgent && !descendsFrom(pid, gateways, parents))
      return orphans.map(({ pid, command }) => ({
        severity: 'warn',
        message: `pid ${pid} was started by an agent of a gateway that is gone: ${command.slice(0, 80)}`,
        fix: `kill ${pid}`,
      }))
    },
  },
  {
    id: 'clock',
    title: 'the clock is right, and its zone is known',
    find: ({ now, builtAt, timeZone, providers }) => {
      if (now < builtAt) {
        const message = `the clock shows ${new Date(now).toISOString()}, before this program was built`
        return [{ severity: 'error', message, fix: 'set the clock (timedatectl set-ntp true)' }]
      }
      const skew = providers.map(({ reach }) => reach?.dateSkewMs ?? 0).find((one) => Math.abs(one) > MOST_SKEW_MS)
      if (skew !== undefined) {
        const message = `the clock is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? 'ahead' : 'behind'}; devices are refused with a skew of more than 2 minutes`
        return [{ severity: 'error', message, fix: 'set the clock (timedatectl set-ntp true)' }]
      }
      if (timeZone !== null) return []
      return [{ severity: 'warn', message: 'the time zone is not known; times are UTC', fix: 'set TZ' }]
    },
  },
]

/** Whether a command line runs a gateway. */
export function isGateway(command: string): boolean {
  const words = command.split(' ')
  const at = words.findIndex((word) => /(?:^|\/)mayros(?:\.js)?$/u.test(word))
  const isRunByNode = at === 1 && /(?:^|\/)node$/u.test(words[0] ?? '')
  if (at !== 0 && !isRunByNode) return false
  const rest = words.slice(at + 1).filter((word) => !word.startsWith('-'))
  return rest[0] === 'gateway' && (rest[1] === undefined || rest[1] === 'run' || /^[\d./]/u.test(rest[1]))
}

function descendsFrom(pid: number, ancestors: ReadonlySet<number>, parents: ReadonlyMap<number, number>): boolean {
  const seen = new Set<number>()
  for (let next = parents.get(pid); next !== undefined && !seen.has(next); next = parents.get(next)) {
    if (ancestors.has(next)) return true
    seen.add(next)
  }
  return false
}

function isChild(parentPid: number, gateways: readonly { readonly pid: number }[]): boolean {
  return gateways.some(({ pid }) => pid === parentPid)
}
