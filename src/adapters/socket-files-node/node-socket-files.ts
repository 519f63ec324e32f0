import { chmod, link, lstat, mkdtemp, open, rmdir, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname, isAbsolute, join } from 'node:path'
import type { PlacedSocket, SocketFiles } from '../../application/ports/socket-files.js'
import { ListenFailure, type ListenFailureCode, type UnixEndpoint } from '../../application/ports/transport.js'

/** What the address of a Unix domain socket may need, its closing zero byte left out; Linux takes 4 bytes more. */
const MAX_PATH_BYTES = 103
/** A file that is younger may belong to somebody who is about to listen. */
const TRUSTED_AGE_MS = 1_000
const LOOK_AGAIN_MS = 50

/** Which file it is: the same path may lead to another one a moment later. */
interface Identity {
  readonly inode: bigint
  readonly madeAt: bigint
}

/**
 * Socket files of this machine. A socket is made in a folder only we can enter and gets its name when it listens
 * already, by a link that fails where there is one: so there is one winner.
 */
export class NodeSocketFiles implements SocketFiles {
  async place(endpoint: UnixEndpoint, listenAt: (path: string) => Promise<void>): Promise<PlacedSocket> {
    const folder = await privateFolder(endpoint)
    const nursery = join(folder, 's')
    try {
      await listenAt(nursery)
      await chmod(nursery, 0o600)
      if (!(await tryLink(nursery, endpoint.path))) {
        await removeLeftBehind(endpoint)
        if (!(await tryLink(nursery, endpoint.path))) throw new ListenFailure('EADDRINUSE', endpoint)
      }
      const identity = await identityOf(endpoint.path)
      if (identity === null) throw new ListenFailure('UNKNOWN', endpoint, new Error('the socket was removed at once'))
      return { endpoint, remove: () => remove(endpoint, identity) }
    } catch (thrown) {
      throw thrown instanceof ListenFailure ? thrown : new ListenFailure(codeOf(thrown), endpoint, thrown)
    } finally {
      await unlinkIfThere(nursery)
      await rmdir(folder)
    }
  }
}

async function remove({ path }: UnixEndpoint, identity: Identity): Promise<void> {
  const found = await identityOf(path)
  if (found !== null && isSame(found, identity)) await unlinkIfThere(path)
}

async function privateFolder(endpoint: UnixEndpoint): Promise<string> {
  const parent = dirname(endpoint.path)
  const longest = Math.max(Buffer.byteLength(endpoint.path), Buffer.byteLength(join(parent, '.######', 's')))
  if (!isAbsolute(endpoint.path) || longest > MAX_PATH_BYTES) {
    throw new ListenFailure('EADDRNOTAVAIL', endpoint, new RangeError('not an absolute path, or too long a one'))
  }
  try {
    return await mkdtemp(join(parent, '.'))
  } catch (thrown) {
    throw new ListenFailure(codeOf(thrown), endpoint, thrown)
  }
}

/** False when there is a file already. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') return false
    throw thrown
  }
}

/**
 * Removes a socket nobody listens on any more. Two who find it at the same time must not remove one another's new one:
 * only who holds the claim on this very file may remove it, and looks again while holding it.
 */
async function removeLeftBehind(endpoint: UnixEndpoint): Promise<void> {
  const { path } = endpoint
  const found = await identityOf(path)
  if (found === null) return
  if (!(await isAbandoned(path, found))) throw new ListenFailure('EADDRINUSE', endpoint)
  const claim = `${path}.${found.inode.toString(36)}-${found.madeAt.toString(36)}.takeover`
  await takeClaim(claim, endpoint)
  try {
    const now = await identityOf(path)
    if (now !== null && isSame(now, found) && (await answer(path)) === 'ECONNREFUSED') await unlink(path)
  } finally {
    await unlink(claim)
  }
}

async function takeClaim(claim: string, endpoint: UnixEndpoint): Promise<void> {
  try {
    const file = await open(claim, 'wx', 0o600)
    await file.close()
  } catch (thrown) {
    if (errorCode(thrown) !== 'EEXIST') throw thrown
    const cause = new Error(`somebody is taking over the socket; if nobody is, remove ${claim}`)
    throw new ListenFailure('EADDRINUSE', endpoint, cause)
  }
}

/** Whether nobody listens. Only a socket is ever given up: any other file is somebody's. */
async function isAbandoned(path: string, found: Identity): Promise<boolean> {
  for (;;) {
    if ((await answer(path)) !== 'ECONNREFUSED') return false
    if (!(await lstat(path)).isSocket()) return false
    if (Date.now() - Number(found.madeAt / 1_000_000n) >= TRUSTED_AGE_MS) return true
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

/** `connected`, or the code of the system's refusal. */
function answer(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve('connected')
    })
    socket.once('error', (error) => resolve(errorCode(error)))
  })
}

/** Null when there is no file. */
async function identityOf(path: string): Promise<Identity | null> {
  try {
    const { ino, mtimeNs } = await lstat(path, { bigint: true })
    return { inode: ino, madeAt: mtimeNs }
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null
    throw thrown
  }
}

function isSame(one: Identity, other: Identity): boolean {
  return one.inode === other.inode && one.madeAt === other.madeAt
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') throw thrown
  }
}

function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}

function codeOf(thrown: unknown): ListenFailureCode {
  switch (errorCode(thrown)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'EACCES'
    case 'ENOENT':
    case 'ENOTDIR':
      return 'EADDRNOTAVAIL'
    case 'EADDRINUSE':
      return 'EADDRINUSE'
    default:
      return 'UNKNOWN'
  }
}
