import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ProcfsPortHolders } from '../../src/adapters/port-holders-procfs/procfs-port-holders.js'
import { portHoldersContract } from '../contracts/port-holders.contract.js'
import { listeningChild } from '../doubles/listening-child.js'

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some((address) => address.address === '::1'))

if (existsSync('/proc/net/tcp')) {
  portHoldersContract(
    { describe, it },
    {
      name: 'procfs',
      create: () => new ProcfsPortHolders(),
      listen: (host) => listeningChild({ host }),
      ...(hasIpv6 ? {} : { noIpv6: 'this host has no IPv6' }),
    },
  )
} else {
  describe('port holders contract: procfs [not proven here: this system has no /proc]', () => {
    it('finds nobody without /proc', async () => expect(await new ProcfsPortHolders().find(1, ['::'])).toEqual([]))
  })
}

/** Rows as a little-endian kernel writes them. */
const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const row = (address: string, state: string, uid: number, inode: number) =>
  `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 ${uid}        0 ${inode} 1 0 100 0 0 10 0`

describe('a /proc made for the test', () => {
  let procRoot = ''
  let holders = new ProcfsPortHolders()

  beforeEach(async () => {
    procRoot = await mkdtemp(join(tmpdir(), 'mayros-proc-'))
    await mkdir(join(procRoot, 'net'))
    await writeFile(join(procRoot, 'passwd'), 'root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n')
    holders = new ProcfsPortHolders({ procRoot, passwdPath: join(procRoot, 'passwd') })
  })

  afterEach(() => rm(procRoot, { recursive: true, force: true }))

  async function process(pid: number, facts: { name: string; cmdline: string; inode: number; cgroup?: string }) {
    const home = join(procRoot, String(pid))
    await mkdir(join(home, 'fd'), { recursive: true })
    const rest = Array.from({ length: 17 }, (_, index) => index).join(' ')
    await writeFile(join(home, 'stat'), `${pid} (${facts.name}) S 1 ${rest} 4242 0 0\n`)
    await writeFile(join(home, 'comm'), `${facts.name}\n`)
    await writeFile(join(home, 'cmdline'), facts.cmdline)
    await writeFile(join(home, 'status'), `Name:\t${facts.name}\nUid:\t0\t33\t33\t33\n`)
    await writeFile(join(home, 'cgroup'), facts.cgroup ?? '0::/\n')
    await symlink(`socket:[${facts.inode}]`, join(home, 'fd', '7'))
    await symlink('/dev/null', join(home, 'fd', '0'))
  }

  it('reads names with brackets and blanks, users, units, and every worker that shares the socket', async () => {
    await writeFile(join(procRoot, 'net/tcp'), `${HEAD}\n${row('0100007F:4965', '0A', 33, 900)}\n`)
    await process(812, {
      name: 'odd) S (x',
      cmdline: 'nginx\0-g\0daemon off;\0',
      inode: 900,
      cgroup: '0::/system.slice/nginx.service\n',
    })
    await process(813, { name: 'kthread', cmdline: '', inode: 900 })
    expect(await holders.find(18789, ['127.0.0.1'])).toEqual([
      {
        pid: 812,
        startedAt: '4242',
        command: 'nginx -g daemon off;',
        program: 'odd) S (x',
        user: 'www-data',
        address: '127.0.0.1:18789',
        parentPid: 1,
        unit: 'nginx.service',
      },
      expect.objectContaining({ pid: 813, command: '[kthread]', unit: null }),
    ])
  })

  it.each([
    ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/mayros-gateway.service', 'mayros-gateway.service'],
    ['0::/user.slice/user-1000.slice/user@1000.service/tmux-spawn-1.scope', 'user@1000.service'],
    ['0::/system.slice/mayros-gateway.service/worker', 'mayros-gateway.service'],
  ])('names the innermost unit of %s', async (cgroup, unit) => {
    await writeFile(join(procRoot, 'net/tcp'), `${HEAD}\n${row('0100007F:4965', '0A', 33, 900)}\n`)
    await process(812, { name: 'node', cmdline: 'node\0', inode: 900, cgroup: `${cgroup}\n` })
    expect(await holders.find(18789, ['127.0.0.1'])).toEqual([expect.objectContaining({ pid: 812, unit })])
  })

  it('says that a listener belongs to a user whose processes are hidden', async () => {
    await writeFile(join(procRoot, 'net/tcp'), `${HEAD}\n${row('00000000:4965', '0A', 33, 901)}\n`)
    expect(await holders.find(18789, ['127.0.0.1'])).toEqual([
      expect.objectContaining({ pid: null, startedAt: null, user: 'www-data', address: '0.0.0.0:18789' }),
    ])
  })

  it('never takes a client of the port for a listener, and reads mapped and plain IPv6', async () => {
    await writeFile(join(procRoot, 'net/tcp'), `${HEAD}\n${row('0100007F:4965', '01', 33, 902)}\n`)
    const mapped = row('0000000000000000FFFF00000100007F:4965', '0A', 0, 903)
    const doc = row('B80D0120000000000000000001000000:4965', '0A', 0, 904)
    await writeFile(join(procRoot, 'net/tcp6'), `${HEAD}\n${mapped}\n${doc}\n`)
    expect((await holders.find(18789, ['127.0.0.1'])).map((holder) => holder.address)).toEqual(['127.0.0.1:18789'])
    expect((await holders.find(18789, ['2001:db8::1'])).map((holder) => holder.address)).toEqual([
      '[2001:db8::1]:18789',
    ])
  })
})
