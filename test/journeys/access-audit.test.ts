import { chmodSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CliHome } from './harness/cli-home.js'

interface Report {
  readonly ts: number
  readonly summary: { readonly critical: number; readonly warn: number; readonly info: number }
  readonly findings: readonly {
    readonly checkId: string
    readonly severity: string
    readonly detail: string
    readonly remediation: string
  }[]
  readonly fix?: { readonly applied: readonly string[]; readonly failed: readonly unknown[] }
}

const SHORT = 'tok-9z'
/** What a gateway leaves in its state directory, and whose contents are nobody's business. */
const PRIVATE = ['mayros.json', 'mayros.db', 'devices/paired.json', 'logs/audit.jsonl', 'identity/device.json']

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

async function audit(...flags: string[]): Promise<{ readonly code: number | null; readonly report: Report }> {
  const { code, stdout } = await home.run(['security', 'audit', '--json', ...flags])
  expect(stdout).not.toContain(SHORT)
  return { code, report: JSON.parse(stdout) as Report }
}

function found({ findings }: Report): readonly string[] {
  return findings.map(({ checkId, severity }) => `${severity} ${checkId}`)
}

function modeOf(path: string): string {
  return (statSync(join(home.stateDir, path)).mode & 0o777).toString(8)
}

/** A home as it looks after a real gateway ran there, left open to everybody on this machine. */
async function carelessHome(): Promise<void> {
  await home.configure({ gateway: { mode: 'local', bind: 'lan', auth: { token: SHORT } } })
  const gateway = await home.gateway(['--bind', 'loopback'])
  const headers = { origin: gateway.url.replace('ws:', 'http:') }
  await gateway.connect({ client: { id: 'webchat-ui', version: '1', platform: 'Linux', mode: 'webchat' } }, { headers })
  await home.run(['health'])
  await gateway.stop()
  for (const path of PRIVATE) chmodSync(join(home.stateDir, path), 0o644)
  for (const path of ['', 'devices', 'logs', 'identity']) chmodSync(join(home.stateDir, path), 0o755)
}

describe('mayros security audit', () => {
  it('in a home that is open to everybody: tells what is wrong, mends the files, and leaves the rest to its owner', async () => {
    await carelessHome()
    const before = await audit()
    expect(before.code).toBe(1)
    expect(found(before.report)).toEqual(
      expect.arrayContaining([
        'critical auth.token-short',
        'warn bind.lan',
        'warn files.state-dir',
        'critical files.config',
        'critical files.database',
        'critical files.keys',
        'warn files.devices',
        'warn files.audit',
      ]),
    )
    expect(before.report.fix).toBeUndefined()
    expect(PRIVATE.map(modeOf)).toEqual(PRIVATE.map(() => '644'))
    for (const { detail, remediation } of before.report.findings) {
      expect(detail.length).toBeGreaterThan(0)
      expect(remediation.length).toBeGreaterThan(0)
    }

    const text = readFileSync(home.configPath, 'utf8')
    const mended = await audit('--fix')
    expect(mended.code).toBe(1)
    expect(mended.report.fix?.applied.length).toBeGreaterThan(0)
    expect(mended.report.fix?.failed).toEqual([])
    expect(found(mended.report).filter((line) => line.includes(' files.'))).toEqual([])
    expect(found(mended.report)).toEqual(expect.arrayContaining(['critical auth.token-short', 'warn bind.lan']))
    expect(PRIVATE.map(modeOf)).toEqual(PRIVATE.map(() => '600'))
    expect(['', 'devices', 'logs', 'identity'].map(modeOf)).toEqual(Array(4).fill('700'))
    expect(readFileSync(home.configPath, 'utf8')).toBe(text)

    const people = await home.run(['security', 'audit'])
    expect(people).toMatchObject({ code: 1, stderr: '' })
    expect(people.stdout).toMatch(/^critical {2}.* {2}auth\.token-short$/m)
    expect(people.stdout).toMatch(/^ {10}fix: /m)
    expect(people.stdout).toMatch(/^\d+ critical, \d+ warnings, \d+ for information\n$/m)
    expect(people.stdout).not.toContain(SHORT)
  })

  it('is content with what a first start makes', async () => {
    const gateway = await home.gateway()
    const { code, report } = await audit('--deep')
    expect(code).toBe(0)
    expect(report.summary).toMatchObject({ critical: 0 })
    expect(found(report)).not.toContain('critical deep.open-door')
    await gateway.stop()
  })

  it('--deep walks through the open door of a gateway without authentication', async () => {
    await home.gateway(['--auth', 'none'])
    const { code, report } = await audit('--deep')
    expect(found(report)).toContain('critical deep.open-door')
    expect(code).toBe(1)
  })

  it('looks at a file that is not valid, and says so', async () => {
    await home.configure({ gateway: { prt: 1, auth: { token: SHORT } } })
    const { report } = await audit()
    expect(found(report)).toEqual(expect.arrayContaining(['warn config.invalid', 'warn auth.token-short']))
  })
})
