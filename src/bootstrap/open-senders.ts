import { join } from 'node:path'
import { FileAuditTrail } from '../adapters/audit-file/file-audit-trail.js'
import type { PairingDesk } from '../adapters/cli-commander/pairing/pairing-desk.js'
import { SystemClock } from '../adapters/clock-system/system-clock.js'
import { FileDocument } from '../adapters/document-file/file-document.js'
import { NodeIds } from '../adapters/ids-node/node-ids.js'
import { FileInstanceLock } from '../adapters/instance-lock-file/file-instance-lock.js'
import { FileRuntimeRecords } from '../adapters/instance-lock-file/file-runtime-records.js'
import { requestView } from '../application/channels/sender-news.js'
import { SenderRegistry } from '../application/channels/sender-registry.js'

const BY = { actor: 'cli', address: 'local' } as const

/**
 * Who may write through channels, on the files of a host where no gateway runs. Holds the lock of the gateway until it
 * is closed. Rejects with LockFailure.
 */
export async function openSenders(stateDir: string): Promise<{ readonly desk: PairingDesk; close(): Promise<void> }> {
  const clock = new SystemClock()
  const lock = await new FileInstanceLock(stateDir, new FileRuntimeRecords(stateDir), clock).acquire()
  const trail = new FileAuditTrail({ stateDir, clock })
  const document = new FileDocument(join(stateDir, 'credentials', 'senders.json'))
  const senders = new SenderRegistry({ document, clock, ids: new NodeIds(), trail })
  const close = async () => {
    await senders.close()
    await trail.close()
    await lock.release()
  }
  try {
    await senders.open()
  } catch (thrown) {
    await close()
    throw thrown
  }
  return {
    close,
    desk: {
      isOffline: true,
      list: async (channel) => ({
        requests: senders.waiting(channel).map(requestView),
        approved: senders.approved(channel),
      }),
      approve: (params) => senders.approve(params, BY),
      reject: (params) => senders.reject(params, BY),
      revoke: (params) => senders.revoke(params, BY),
    },
  }
}
