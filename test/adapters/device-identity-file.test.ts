import { createHash, createPublicKey, verify } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  loadDeviceIdentity,
  temporaryDeviceIdentity,
} from '../../src/adapters/device-identity-file/file-device-identity.js'
import type { DeviceIdentity } from '../../src/application/ports/gateway-client.js'

let stateDir = ''

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'mayros-device-'))
})

afterEach(() => rm(stateDir, { recursive: true, force: true }))

function signatureHolds(identity: DeviceIdentity, text: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: identity.publicKey }, format: 'jwk' })
  return verify(null, Buffer.from(text), key, Buffer.from(identity.sign(text), 'base64url'))
}

describe('device identity in a file', () => {
  it('is made once, with tight modes, and stays the same', async () => {
    const first = await loadDeviceIdentity(stateDir)
    const second = await loadDeviceIdentity(stateDir)
    expect(second.deviceId).toBe(first.deviceId)
    expect(first.deviceId).toBe(createHash('sha256').update(Buffer.from(first.publicKey, 'base64url')).digest('hex'))
    expect(first.publicKey).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(signatureHolds(second, 'v2|ünï')).toBe(true)
    expect((await stat(join(stateDir, 'identity'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(stateDir, 'identity', 'device.json'))).mode & 0o777).toBe(0o600)
    expect(await readdir(join(stateDir, 'identity'))).toEqual(['device.json'])
  })

  it('gives concurrent first users one key', async () => {
    const all = await Promise.all(Array.from({ length: 16 }, () => loadDeviceIdentity(stateDir)))
    expect(new Set(all.map((identity) => identity.deviceId)).size).toBe(1)
    expect(await readdir(join(stateDir, 'identity'))).toEqual(['device.json'])
  })

  it('refuses a damaged file and leaves it alone', async () => {
    await loadDeviceIdentity(stateDir)
    const path = join(stateDir, 'identity', 'device.json')
    await writeFile(path, '{"version":1')
    await expect(loadDeviceIdentity(stateDir)).rejects.toMatchObject({ code: 'identity-unavailable' })
    expect(await readFile(path, 'utf8')).toBe('{"version":1')
  })

  it('says when the directory cannot be written', async () => {
    await writeFile(join(stateDir, 'file'), '')
    await expect(loadDeviceIdentity(join(stateDir, 'file'))).rejects.toMatchObject({ code: 'identity-unavailable' })
    expect(temporaryDeviceIdentity().deviceId).toMatch(/^[0-9a-f]{64}$/)
  })
})
