import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CodeParams, PairingDesk } from '../../../src/adapters/cli-commander/pairing/pairing-desk.js'
import { SystemClock } from '../../../src/adapters/clock-system/system-clock.js'
import { FileDocument } from '../../../src/adapters/document-file/file-document.js'
import { NodeIds } from '../../../src/adapters/ids-node/node-ids.js'
import { SenderRegistry } from '../../../src/application/channels/sender-registry.js'
import { openSenders } from '../../../src/bootstrap/open-senders.js'
import { CliStage } from '../../doubles/cli-stage.js'

const request = {
  channel: 'irc',
  accountId: 'default',
  senderId: 'ann',
  name: 'Ann',
  code: 'K7QX2MPA',
  createdAt: 1_000,
  expiresAt: 3_601_000,
}

function desk(asked: CodeParams[] = []): PairingDesk {
  const resolved = async (params: CodeParams) => {
    asked.push(params)
    return request
  }
  return {
    isOffline: true,
    list: async () => ({ requests: [request], approved: [] }),
    approve: resolved,
    reject: resolved,
    revoke: async () => 1,
  }
}

describe('mayros pairing without a gateway', () => {
  it('lists who waits, with codes', async () => {
    const cli = new CliStage({ senders: desk() })

    expect((await cli.run('pairing', 'list')).exitCode).toBe(0)
    expect(cli.out.text).toContain('K7QX2MPA')
    expect(cli.err.text).toContain('no gateway runs')
    const machine = new CliStage({ senders: desk() })
    const { stdout } = await machine.run('pairing', 'list', 'irc', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, requests: [{ senderId: 'ann' }], approved: [] })
  })

  it('approves by channel and code, or by the code alone, and cannot tell the sender', async () => {
    const asked: CodeParams[] = []
    const cli = new CliStage({ senders: desk(asked) })

    expect((await cli.run('pairing', 'approve', 'irc', 'K7QX2MPA', '--notify')).exitCode).toBe(0)
    expect((await cli.run('pairing', 'reject', 'K7QX2MPA', '--account', 'work')).exitCode).toBe(0)
    expect((await cli.run('pairing', 'revoke', 'irc', 'ann')).exitCode).toBe(0)

    expect(asked).toEqual([
      { channel: 'irc', code: 'K7QX2MPA' },
      { code: 'K7QX2MPA', accountId: 'work' },
    ])
    expect(cli.out.text).toContain('approved ann (Ann) on irc/default')
    expect(cli.err.text).toContain('the sender is not told')
  })
})

describe('the files of a host', () => {
  it('are changed under the lock, and readable by their owner only', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'mayros-pairing-'))
    try {
      const document = new FileDocument(join(stateDir, 'credentials', 'senders.json'))
      const trail = { record: () => undefined }
      const registry = new SenderRegistry({ document, clock: new SystemClock(), ids: new NodeIds(), trail })
      const asked = await registry.ask({ channel: 'irc', accountId: 'default', senderId: 'ann', chatId: 'ann' })
      if (asked.kind !== 'created') throw new Error(asked.kind)

      const opened = await openSenders(stateDir)
      await expect(openSenders(stateDir)).rejects.toMatchObject({ code: 'lock-held' })
      await opened.desk.approve({ code: asked.request.code })
      await opened.close()
      const again = await openSenders(stateDir)

      expect(await again.desk.list(undefined)).toMatchObject({ requests: [], approved: [{ senderId: 'ann' }] })
      await again.close()
      expect((await stat(document.location)).mode & 0o777).toBe(0o600)
    } finally {
      await rm(stateDir, { recursive: true, force: true })
    }
  })
})
