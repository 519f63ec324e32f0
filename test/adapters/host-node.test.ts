import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mountOf, readMounts } from '../../src/adapters/host-node/mounts.js'
import { NodeHost } from '../../src/adapters/host-node/node-host.js'
import { readProcessList } from '../../src/adapters/host-node/process-list.js'
import { syncedBy } from '../../src/adapters/host-node/synced-by.js'
import { FAMILY_MARK } from '../../src/application/exec/family-mark.js'

describe('NodeHost', () => {
  const host = new NodeHost()
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mayros-host-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('tells of a directory, and of where one would be made', async () => {
    const here = await host.place(directory)
    expect(here).toMatchObject({ exists: true, isWritable: true, isTemporary: true, syncedBy: null })
    expect(here.freeBytes).toBeGreaterThan(0)
    expect(await host.place(join(directory, 'a/b'))).toMatchObject({ exists: false, isWritable: true })
  })

  it('says when nothing can be written', async () => {
    if (process.getuid?.() === 0) {
      console.warn('skipped: root may write everywhere')
      return
    }
    await chmod(directory, 0o500)
    expect((await host.place(directory)).isWritable).toBe(false)
  })

  it('counts the bytes of files', async () => {
    await writeFile(join(directory, 'a'), '12345')
    await mkdir(join(directory, 'below'))
    await writeFile(join(directory, 'below', 'b'), '123')
    expect(await host.bytesIn(directory)).toBe(5)
    expect(await host.bytesIn(join(directory, 'nowhere'))).toBe(0)
  })

  it('makes a directory for us alone, and takes files away', async () => {
    const made = join(directory, 'x/y')
    await host.makeDirectory(made)
    expect((await stat(made)).mode & 0o777).toBe(0o700)
    await writeFile(join(directory, 'f'), '')
    await host.remove(join(directory, 'f'))
    await host.remove(join(directory, 'f'))
    expect(await host.exists(join(directory, 'f'))).toBe(false)
    expect(await host.exists(made)).toBe(true)
  })

  it('sees processes, and whose command they are', async () => {
    const child = spawn('sleep', ['60'], { env: { ...process.env, [FAMILY_MARK]: 'a.b' } })
    try {
      await new Promise((resolve) => child.once('spawn', resolve))
      const processes = await host.processes()
      if (processes === null) {
        console.warn('skipped: there is no ps here')
        return
      }
      const found = processes.find(({ pid }) => pid === child.pid)
      expect(found).toMatchObject({ parentPid: process.pid, command: 'sleep 60' })
      if (process.platform === 'linux') expect(found?.isOfAgent).toBe(true)
      expect(processes.find(({ pid }) => pid === process.pid)?.isOfAgent).toBe(false)
    } finally {
      child.kill()
    }
  })

  it('reads mounts', () => {
    const mounts = readMounts('/dev/sda / ext4 rw 0 0\nnas:/x /home/a\\040b nfs4 rw 0 0\ntmpfs /home tmpfs rw 0 0\n')
    expect(mountOf('/home/a b/c', mounts)?.type).toBe('nfs4')
    expect(mountOf('/home/other', mounts)?.type).toBe('tmpfs')
    expect(mountOf('/homes', mounts)?.type).toBe('ext4')
    expect(mountOf('/x', [])).toBeNull()
  })

  it('reads what ps prints', () => {
    expect(readProcessList('    1     0 root     /sbin/init\n  812     1 www-data nginx: master  x\n')).toEqual([
      { pid: 1, parentPid: 0, user: 'root', command: '/sbin/init' },
      { pid: 812, parentPid: 1, user: 'www-data', command: 'nginx: master  x' },
    ])
  })

  it.each([
    ['/home/a/Dropbox/mayros', 'Dropbox'],
    ['/Users/a/Library/Mobile Documents/x', 'iCloud'],
    ['/home/a/OneDrive - Firm/x', 'OneDrive'],
    ['/home/a/.mayros', null],
    ['/home/dropbox-fan/.mayros', null],
  ])('%s is copied by %s', (path, by) => {
    expect(syncedBy(path)).toBe(by)
  })
})
