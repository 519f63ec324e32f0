import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatEndpoint } from '../../../src/application/ports/transport.js'
import type { ContractPlace } from '../transport/transport-harness.js'
import { unusedPort } from './unused-port.js'

export type PlaceName = 'IPv4' | 'IPv6' | 'Unix'

export function placeNamed(name: PlaceName): ContractPlace {
  return name === 'Unix' ? ON_PATHS : onHost(name === 'IPv4' ? '127.0.0.1' : '::1')
}

let folder: string | undefined
let pathCount = 0

/** A path in a folder that goes with the process. */
export async function freePath(): Promise<string> {
  folder ??= folderOfThisProcess()
  return join(folder, `${++pathCount}.sock`)
}

function folderOfThisProcess(): string {
  const made = mkdtempSync(join(tmpdir(), 'tc-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  return made
}

function onHost(host: string): ContractPlace {
  return {
    free: async () => ({ host, port: 0 }),
    fixed: async () => ({ host, port: await unusedPort(host) }),
    peerAddress: host,
    hostHeader: formatEndpoint,
  }
}

const ON_PATHS: ContractPlace = {
  free: async () => ({ path: await freePath() }),
  fixed: async () => ({ path: await freePath() }),
  peerAddress: '',
  hostHeader: () => 'localhost',
}
