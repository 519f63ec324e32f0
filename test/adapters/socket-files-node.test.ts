import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodeSocketFiles } from '../../src/adapters/socket-files-node/node-socket-files.js'

describe('NodeSocketFiles', () => {
  const files = new NodeSocketFiles()
  let folder: string
  let servers: Server[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mayros-socket-'))
    servers = []
  })

  afterEach(async () => {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    rmSync(folder, { recursive: true, force: true })
  })

  const listenAt = (path: string) =>
    new Promise<void>((resolve, reject) => {
      const server = createServer()
      servers.push(server)
      server.once('error', reject).listen(path, resolve)
    })

  it('gives a listening socket its name, with rights for its owner only, and takes it away again', async () => {
    const path = join(folder, 'gateway.sock')
    const placed = await files.place({ path }, listenAt)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await placed.remove()
    expect(() => statSync(path)).toThrow(/ENOENT/)
  })

  it('has one winner, and leaves the file of the other alone', async () => {
    const path = join(folder, 'gateway.sock')
    const placed = await files.place({ path }, listenAt)
    await expect(files.place({ path }, listenAt)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(statSync(path).isSocket()).toBe(true)
    await placed.remove()
  })

  it('never touches a file that is no socket', async () => {
    const path = join(folder, 'notes.txt')
    writeFileSync(path, 'keep me')
    await expect(files.place({ path }, listenAt)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(statSync(path).size).toBe(7)
  })

  it('refuses a relative path and one in a folder that is not there', async () => {
    await expect(files.place({ path: 'gateway.sock' }, listenAt)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
    const missing = join(folder, 'nowhere', 'gateway.sock')
    await expect(files.place({ path: missing }, listenAt)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
  })
})
