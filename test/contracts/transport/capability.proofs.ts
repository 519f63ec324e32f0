import assert from 'node:assert/strict'
import { copyFile, lstat, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Endpoint, Listener, TransportTls } from '../../../src/application/ports/transport.js'
import { expectRefusal } from './expect-refusal.js'
import { RecordedEvents } from './recorded-events.js'
import { first, type Proof, type Stage } from './stage.js'
import { until, within } from './until.js'

const AN_HOUR_MS = 3_600_000

export const capabilityProofs = {
  '8.8': async (stage) => {
    if (!stage.supports.unix) {
      const unsupported = { path: '/nonexistent/contract.sock' }
      await expectRefusal(stage, [unsupported], 'UNIX', unsupported)
      return
    }
    const endpoint = { path: await stage.freePath() }
    const inet = { host: '127.0.0.1', port: await stage.harness.freePort() }
    for (let round = 0; round < 3; round++) {
      const listener = await stage.listen([endpoint, inet])
      const events = new RecordedEvents({ opened: (connection) => connection.join('all') })
      listener.serve(events)
      assert.deepEqual(listener.endpoints, [endpoint, inet])
      for (const at of listener.endpoints) {
        assert.equal(await (await stage.request(at)).text(), 'served')
        const { client } = await stage.pair({ listener, endpoint: at, events })
        listener.publish('all', 'news')
        await until('the publication', () => client.messages.length === 1)
      }
      await expectRefusal(stage, [endpoint], 'EADDRINUSE', endpoint)
      assert.equal(await (await stage.request(endpoint)).text(), 'served', 'the first listener lost its path')
      await within('stop', listener.stop())
      await assert.rejects(stage.request(endpoint), 'HTTP was answered after stop')
    }
    const tries = await Promise.allSettled([1, 2, 3].map(() => stage.listen([endpoint])))
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1, 'winners on one path')
  },

  '8.9': async (stage) => {
    if (!stage.supports.unix) return
    const endpoint = { path: await stage.freePath() }
    const folder = dirname(endpoint.path)
    const before = await readdir(folder)
    const listener = await stage.listen([endpoint])
    const file = await lstat(endpoint.path)
    assert.ok(file.isSocket())
    assert.equal((file.mode & 0o777).toString(8), '600', 'rights of the file')
    await within('stop', listener.stop())
    assert.deepEqual(await readdir(folder), before, 'files left behind by stop')
    await leaveSocketBehind(endpoint.path)
    const tries = await Promise.allSettled([1, 2, 3].map(() => stage.listen([endpoint])))
    const winners = tries.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    assert.equal(winners.length, 1, `${winners.length} took over a socket that somebody had left behind`)
    winners[0]!.serve(new RecordedEvents())
    assert.equal(await (await stage.request(endpoint)).text(), 'served')
    await within('stop', winners[0]!.stop())
    assert.deepEqual(await readdir(folder), before, 'files left behind by taking over')
    await writeFile(endpoint.path, 'precious')
    await expectRefusal(stage, [endpoint], 'EADDRINUSE', endpoint)
    assert.equal(await readFile(endpoint.path, 'utf8'), 'precious', 'a file that is no socket was touched')
  },

  '8.10': async (stage) => {
    if (!stage.supports.renewsTls) {
      const { tls } = stage.harness
      const listener = await stage.listen([await stage.place.free()], tls && stage.supports.tls ? { tls } : {})
      assert.equal(listener.renewTls, undefined, 'renewTls is there, though it is not declared')
      return
    }
    const folder = await mkdtemp(join(tmpdir(), 'transport-contract-'))
    try {
      await renew(stage, { certPath: join(folder, 'cert.pem'), keyPath: join(folder, 'key.pem') })
    } finally {
      await rm(folder, { recursive: true })
    }
  },

  '8.11': async (stage) => {
    const endpoint = { host: '::1', port: await stage.harness.freePort() }
    if (!stage.supports.ipv6) return expectRefusal(stage, [endpoint], 'EADDRNOTAVAIL', endpoint)
    const listener = await stage.listen([endpoint])
    listener.serve(new RecordedEvents())
    assert.equal(await (await stage.request(endpoint)).text(), 'served')
  },

  '8.12': async (stage) => {
    const given = stage.harness.tls ?? { certPath: '/nonexistent/cert.pem', keyPath: '/nonexistent/key.pem' }
    const listening = async (caPath: string): Promise<Listener | null> => {
      try {
        return await stage.listen([await stage.place.free()], { tls: { ...given, caPath } })
      } catch (thrown) {
        assert.equal((thrown as { code?: unknown }).code, 'TLS', 'the code of the refusal to listen')
        return null
      }
    }
    assert.equal(await listening(`${given.certPath}.absent`), null, 'absent authorities were taken')
    const listener = await listening(given.certPath)
    if (listener === null) return
    const events = new RecordedEvents()
    listener.serve(events)
    const endpoint = first(listener)
    await assert.rejects(stage.request(endpoint, { tls: true }), 'HTTP was answered without a certificate')
    await assert.rejects(stage.connect(endpoint, { tls: true }), 'a socket was opened without a certificate')
    assert.equal(events.opens.length, 0, 'sockets without a certificate that were told of')
  },
} satisfies Record<string, Proof>

async function renew(stage: Stage, files: TransportTls): Promise<void> {
  const { tls, renewedTls, raw } = stage.harness
  assert.ok(tls && renewedTls && raw, 'renewing certificates is declared; the harness needs tls, renewedTls and raw')
  await copyPair(tls, files)
  const scene = await stage.serve({ received: (connection, data) => connection.send(data) }, { tls: files })
  const shown = async () => (await raw(scene.endpoint, { tls: true })).fingerprint
  const old = await shown()
  const client = await stage.connect(scene.endpoint, { tls: true })
  await writeFile(files.certPath, 'not a certificate')
  assert.ok(scene.listener.renewTls, 'renewTls is declared and absent')
  const refusal = await scene.listener.renewTls().catch((thrown: { code?: string }) => thrown.code)
  assert.equal(refusal, 'TLS', 'what renewing from a broken file gave')
  assert.equal(await shown(), old, 'the certificate after a failed renewal')
  await copyPair(await renewedTls(), files)
  assert.equal(await shown(), old, 'the certificate changed before anybody asked')
  await within('renewTls', scene.listener.renewTls())
  assert.notEqual(await shown(), old, 'newcomers still see the old certificate')
  client.send('still here')
  await until('an echo on the old connection', () => client.messages.length === 1)
  assert.equal(scene.events.closes.length, 0, 'a connection was dropped')
}

async function copyPair(from: TransportTls, to: TransportTls): Promise<void> {
  await copyFile(from.keyPath, to.keyPath)
  await copyFile(from.certPath, to.certPath)
}

/** What a process leaves that was killed. */
async function leaveSocketBehind(path: NonNullable<Endpoint['path']>): Promise<void> {
  const elsewhere = `${path}.x`
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path: elsewhere }, resolve)
  })
  await rename(elsewhere, path)
  await new Promise((resolve) => server.close(resolve))
  const then = (Date.now() - AN_HOUR_MS) / 1000
  await utimes(path, then, then)
}
