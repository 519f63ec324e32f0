import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseLsof } from '../../src/adapters/port-holders-lsof/lsof-output.js'
import { LsofPortHolders } from '../../src/adapters/port-holders-lsof/lsof-port-holders.js'
import { portHoldersContract } from '../contracts/port-holders.contract.js'
import { listeningChild } from '../doubles/listening-child.js'

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some((address) => address.address === '::1'))
const noIpv6 = hasIpv6 ? {} : { noIpv6: 'this host has no IPv6' }
let directory = ''

/** Prints what lsof would for the listeners a test has started, and ends with 1 when there are none. */
const STUB = `#!${process.execPath}
const { readFileSync } = require('node:fs')
const asked = process.argv.find((argument) => argument.startsWith('-iTCP:'))
if (asked === undefined || !process.argv.includes('-sTCP:LISTEN')) process.exit(2)
const port = Number(asked.slice(6))
const all = JSON.parse(readFileSync(__dirname + '/listeners.json', 'utf8'))
const found = all.filter((one) => one.port === port)
for (const one of found) {
  const v6 = one.host.includes(':')
  const name = one.host === '0.0.0.0' || one.host === '::' ? '*' : v6 ? '[' + one.host + ']' : one.host
  const lines = ['p' + one.pid, 'R' + one.parent, 'cnode', 'L' + one.user, 'f18', 't' + (v6 ? 'IPv6' : 'IPv4'), 'n' + name + ':' + port]
  console.log(lines.join('\\n'))
}
process.exit(found.length === 0 ? 1 : 0)
`

function installed(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false
    return true
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mayros-lsof-'))
  await writeFile(join(directory, 'lsof'), STUB)
  await chmod(join(directory, 'lsof'), 0o755)
  await writeFile(join(directory, 'listeners.json'), '[]')
})

afterAll(() => rm(directory, { recursive: true, force: true }))

if (installed('ps', '-p', '1')) {
  portHoldersContract(
    { describe, it },
    {
      name: 'lsof (a stand-in for the program)',
      create: () => new LsofPortHolders({ lsofPath: join(directory, 'lsof') }),
      listen: async (host) => {
        const child = await listeningChild({ host })
        const listed = { host, port: child.port, pid: child.pid, parent: process.pid, user: userInfo().username }
        await writeFile(join(directory, 'listeners.json'), JSON.stringify([listed]))
        return child
      },
      ...noIpv6,
    },
  )
  if (installed('lsof', '-v')) {
    portHoldersContract(
      { describe, it },
      { name: 'lsof', create: () => new LsofPortHolders(), listen: (host) => listeningChild({ host }), ...noIpv6 },
    )
  }
}

describe('lsof', () => {
  it('says so when it is not installed', async () => {
    const holders = new LsofPortHolders({ lsofPath: join(directory, 'nowhere') })
    await expect(holders.find(1, ['::'])).rejects.toMatchObject({ code: 'holders-unreadable' })
  })

  it('output of several processes and files is told apart', () => {
    const output =
      'p10\nR1\ncnginx\nLroot\nf6\ntIPv4\nn*:80\nf7\ntIPv6\nn*:80\np11\nR10\ncnode\nLme\nf9\ntIPv6\nn[fe80::1]:81\n'
    expect(parseLsof(output)).toEqual([
      { pid: 10, parentPid: 1, program: 'nginx', user: 'root', host: '0.0.0.0', port: 80 },
      { pid: 10, parentPid: 1, program: 'nginx', user: 'root', host: '::', port: 80 },
      { pid: 11, parentPid: 10, program: 'node', user: 'me', host: 'fe80::1', port: 81 },
    ])
  })
})
