import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installationOf } from '../../src/bootstrap/installation.js'
import { latestVersion } from '../../src/bootstrap/latest-version.js'
import { openBrowser } from '../../src/bootstrap/open-browser.js'

let directory: string
const cleanups: (() => unknown)[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mayros-update-'))
})

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
  rmSync(directory, { recursive: true, force: true })
})

/** A package registry that says this. */
async function registry(answer: string, status = 200): Promise<{ url: string; paths: string[] }> {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    response.writeHead(status).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, paths }
}

describe('the newest version', () => {
  it('is asked of the registry of this shell', async () => {
    const { url, paths } = await registry('{"version":"1.4.1"}')
    expect(await latestVersion(2_000, { npm_config_registry: url })).toBe('1.4.1')
    expect(paths).toEqual(['/mayros/latest'])
  })

  it.each([
    ['{"version":7}', 200],
    ['{"version":"\\u001b[31m"}', 200],
    ['<html>', 200],
    ['{"version":"1.0.0"}', 404],
  ])('is unknown when the answer is %s with status %d', async (answer, status) => {
    const { url } = await registry(answer, status)
    expect(await latestVersion(2_000, { npm_config_registry: url })).toBeNull()
  })

  it('is unknown when nobody answers', async () => {
    expect(await latestVersion(2_000, { npm_config_registry: 'http://127.0.0.1:1' })).toBeNull()
  })
})

describe('how a program was installed', () => {
  const place = async (path: string) => {
    const entry = join(directory, path, 'dist', 'bin', 'mayros.js')
    await mkdir(join(entry, '..'), { recursive: true })
    await writeFile(entry, '')
    return entry
  }

  it.each([
    ['lib/node_modules/mayros', 'npm'],
    ['pnpm/global/5/node_modules/mayros', 'pnpm'],
    ['.config/yarn/global/node_modules/mayros', 'yarn'],
    ['somewhere', 'unknown'],
  ])('%s: %s', async (path, kind) => {
    expect(installationOf(await place(path)).kind).toBe(kind)
  })

  it('is seen behind the link that is called', async () => {
    const entry = await place('lib/node_modules/mayros')
    const link = join(directory, 'mayros')
    await symlink(entry, link)
    expect(installationOf(link)).toEqual({ kind: 'npm', update: 'npm install -g mayros@latest' })
    expect(installationOf(undefined).kind).toBe('unknown')
  })

  it('is a checkout where there is one', async () => {
    const entry = await place('checkout')
    await mkdir(join(directory, 'checkout', '.git'))
    expect(installationOf(entry).kind).toBe('source')
  })
})

describe('a browser', () => {
  const url = 'http://127.0.0.1:18789/#token=once-abc'

  async function program(script: string): Promise<string> {
    const path = join(directory, 'browser')
    await writeFile(path, `#!/bin/sh\n${script}\n`)
    await chmod(path, 0o755)
    return path
  }

  it('is shown the address', async () => {
    const seen = join(directory, 'seen')
    expect(await openBrowser(url, { BROWSER: await program(`printf %s "$1" > '${seen}'`) })).toBe(true)
    expect(readFileSync(seen, 'utf8')).toBe(url)
  })

  it('that does not start, or where nobody sits, is none', async () => {
    expect(await openBrowser(url, { BROWSER: await program('exit 3') })).toBe(false)
    expect(await openBrowser(url, { BROWSER: join(directory, 'not-there') })).toBe(false)
    if (process.platform === 'linux') expect(await openBrowser(url, {})).toBe(false)
  })
})
