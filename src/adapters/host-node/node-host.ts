import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, readdir, readFile, rm, stat, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { FAMILY_MARK } from '../../application/exec/family-mark.js'
import type { Host, HostProcess, PlaceFacts } from '../../application/ports/host.js'
import { mountOf, readMounts } from './mounts.js'
import { readProcessList } from './process-list.js'
import { syncedBy } from './synced-by.js'

const run = promisify(execFile)
const PRIVATE_DIRECTORY = 0o700
const PS_TIMEOUT_MS = 5_000
const PS_MAX_BYTES = 16 * 1024 * 1024

/** This machine, through Node and `ps`. */
export class NodeHost implements Host {
  async place(path: string): Promise<PlaceFacts> {
    const standing = await nearestStanding(resolve(path))
    const [isWritable, free, mounts] = await Promise.all([mayWrite(standing), freeBytes(standing), mountTable()])
    return {
      exists: standing === resolve(path),
      isWritable,
      freeBytes: free,
      filesystem: mounts === null ? null : (mountOf(standing, readMounts(mounts))?.type ?? null),
      syncedBy: syncedBy(resolve(path)),
      isTemporary: [tmpdir(), '/tmp', '/var/tmp'].some((place) => isWithin(resolve(path), place)),
    }
  }

  async processes(): Promise<readonly HostProcess[] | null> {
    try {
      const options = { timeout: PS_TIMEOUT_MS, maxBuffer: PS_MAX_BYTES }
      const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,user=,args='], options)
      return await Promise.all(readProcessList(stdout).map(withMark))
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw thrown
    }
  }

  async bytesIn(directory: string): Promise<number> {
    const names = await readdir(directory).catch(absent([] as string[]))
    const sizes = await Promise.all(
      names.map((name) => stat(join(directory, name)).then((facts) => (facts.isFile() ? facts.size : 0), absent(0))),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  async exists(path: string): Promise<boolean> {
    return access(path).then(() => true, absent(false))
  }

  async makeDirectory(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: PRIVATE_DIRECTORY })
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true })
  }
}

/** Only this user's processes show their environment. */
async function withMark(found: Omit<HostProcess, 'isOfAgent'>): Promise<HostProcess> {
  const environment = await readFile(`/proc/${found.pid}/environ`, 'latin1').catch(() => '')
  return { ...found, isOfAgent: `\0${environment}`.includes(`\0${FAMILY_MARK}=`) }
}

async function nearestStanding(path: string): Promise<string> {
  for (let place = path; ; place = dirname(place)) {
    if (place === dirname(place) || (await access(place).then(() => true, absent(false)))) return place
  }
}

function mayWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  )
}

function freeBytes(path: string): Promise<number | null> {
  return statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )
}

function mountTable(): Promise<string | null> {
  return readFile('/proc/self/mounts', 'utf8').catch(absent(null))
}

/** What stands for a file that is not there, or that nobody lets us see. */
function absent<T>(value: T): (thrown: NodeJS.ErrnoException) => T {
  return (thrown) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR' || thrown.code === 'EACCES') return value
    throw thrown
  }
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}
