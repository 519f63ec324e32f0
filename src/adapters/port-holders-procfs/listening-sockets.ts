import { readFileSync } from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'

/** One LISTEN row of the kernel's socket tables. */
export interface ListeningSocket {
  /** IP literal; IPv6 in its shortest form, IPv4-mapped as IPv4. */
  readonly address: string
  readonly port: number
  readonly uid: number
  /** Number by which processes refer to it. */
  readonly inode: string
}

const LISTEN = '0A'

/** Listening TCP sockets of this network namespace, both families. */
export function listeningSockets(procRoot: string): readonly ListeningSocket[] {
  return [...readTable(join(procRoot, 'net/tcp')), ...readTable(join(procRoot, 'net/tcp6'))]
}

function readTable(path: string): ListeningSocket[] {
  const sockets: ListeningSocket[] = []
  for (const line of textOf(path).split('\n').slice(1)) {
    const [, local = '', , state, , , , uid = '', , inode = ''] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    if (state !== LISTEN || inode === '') continue
    sockets.push({ address: addressOf(address), port: Number.parseInt(port, 16), uid: Number(uid), inode })
  }
  return sockets
}

/** A host without IPv6 has no tcp6 table. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw thrown
  }
}

/** Words of 32 bits in the byte order of the machine. */
function addressOf(hex: string): string {
  const bytes: number[] = []
  for (let word = 0; word < hex.length; word += 8) {
    const four = [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(word + at, word + at + 2), 16))
    bytes.push(...(endianness() === 'LE' ? four.reverse() : four))
  }
  return bytes.length === 4 ? bytes.join('.') : ipv6Of(bytes)
}

function ipv6Of(bytes: readonly number[]): string {
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (isMapped) return bytes.slice(12).join('.')
  const groups: string[] = []
  for (let at = 0; at < 16; at += 2) groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16))
  // The URL parser writes IPv6 in its shortest form.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
