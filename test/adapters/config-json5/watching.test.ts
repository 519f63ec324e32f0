import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json5ConfigSource } from '../../../src/adapters/config-json5/json5-config-source.js'
import { ConfigDirectory } from './config-directory.js'

let directory: ConfigDirectory
let source: Json5ConfigSource
let stop: () => void = () => undefined
let changes = 0
let told: () => void = () => undefined

beforeEach(async () => {
  directory = await ConfigDirectory.create({
    'mayros.json': '{ gateway: { $include: "sub/g.json5" } }',
    'sub/g.json5': '{ port: 1 }',
  })
  source = directory.source()
  changes = 0
})
afterEach(async () => {
  stop()
  await directory.remove()
})

async function watch(): Promise<void> {
  await source.read()
  stop = source.watch(() => {
    changes += 1
    told()
  })
}

/** Resolves with the port once the watcher was called and the file says so. */
async function portAfter(change: () => Promise<unknown>, expected: number | undefined): Promise<void> {
  const seen = new Promise<void>((resolve) => {
    told = () =>
      void source.read().then(({ config }) => {
        if (config?.gateway.port === expected) resolve()
      })
  })
  await change()
  await seen
}

describe('watching', () => {
  it('sees every kind of save, of every file', async () => {
    await watch()
    const included = join(directory.path, 'sub/g.json5')
    await portAfter(() => writeFile(included, '{ port: 2 }'), 2)
    await portAfter(async () => {
      await writeFile(`${included}~`, '{ port: 3 }')
      await rename(`${included}~`, included)
    }, 3)
    await portAfter(async () => {
      await rename(included, `${included}.old`)
      await writeFile(included, '{ port: 4 }')
    }, 4)
    await portAfter(() => writeFile(directory.root, '{ gateway: { port: 5 } }'), 5)
    await portAfter(() => rm(directory.root), undefined)
    await portAfter(() => writeFile(directory.root, '{ gateway: { port: 6 } }'), 6)
  })

  it('sees a link that is switched to another directory', async () => {
    await rm(directory.root)
    await directory.write({
      'v1/mayros.json': '{ gateway: { port: 1 } }',
      'v2/mayros.json': '{ gateway: { port: 2 } }',
    })
    await symlink('v1', join(directory.path, 'current'))
    await symlink('current/mayros.json', directory.root)
    await watch()
    await portAfter(async () => {
      await symlink('v2', join(directory.path, 'next'))
      await rename(join(directory.path, 'next'), join(directory.path, 'current'))
    }, 2)
    await portAfter(() => writeFile(join(directory.path, 'v2/mayros.json'), '{ gateway: { port: 3 } }'), 3)
  })

  it('sees an included file that appears later, in a directory that appears later', async () => {
    await directory.write({ 'mayros.json': '{ gateway: { $include: "late/g.json5" } }' })
    await watch()
    await portAfter(async () => {
      await mkdir(join(directory.path, 'late'))
      await writeFile(join(directory.path, 'late/g.json5'), '{ port: 7 }')
    }, 7)
  })

  it('keeps quiet about other files in the same directory', async () => {
    await watch()
    await directory.write({ 'other.json': '{}', 'sub/other.json5': '{}' })
    await portAfter(() => writeFile(directory.root, '{ gateway: { port: 8 } }'), 8)
    expect(changes).toBe(1)
  })
})
