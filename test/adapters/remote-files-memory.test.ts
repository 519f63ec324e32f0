import { describe, it } from 'vitest'
import { type MemoryRemoteFile, MemoryRemoteFiles } from '../../src/adapters/remote-files-memory/memory-remote-files.js'
import { type RemotePlace, remoteFilesContract } from '../contracts/remote-files.contract.js'

remoteFilesContract(
  { describe, it },
  {
    name: 'memory',
    create: async (places) => ({
      files: new MemoryRemoteFiles(
        Object.fromEntries(Object.entries(places).map(([url, place]) => [url, told(place)])),
      ),
      dispose: async () => undefined,
    }),
  },
)

function told(place: RemotePlace): MemoryRemoteFile {
  if ('private' in place) return { failure: 'remote-address' }
  if ('missing' in place) return { failure: 'remote-status' }
  return place
}
