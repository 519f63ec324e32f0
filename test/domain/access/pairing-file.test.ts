import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceEntries, PairedDevice, PendingDevice } from '../../../src/domain/access/device-record.js'
import { readDeviceFile, writeDeviceFile } from '../../../src/domain/access/pairing-file.js'

const device: PairedDevice = {
  deviceId: 'd1',
  publicKey: 'k1',
  displayName: 'Phone',
  grants: [{ role: 'operator', scopes: ['operator.read'] }],
  tokens: [
    {
      role: 'operator',
      scopes: ['operator.read'],
      hashes: [{ hash: 'a'.repeat(64), scopes: ['operator.read'], issuedAtMs: 2 }],
      createdAtMs: 1,
      rotatedAtMs: 2,
      lastUsedAtMs: 3,
    },
  ],
  createdAtMs: 1,
  approvedAtMs: 1,
  lastSeenAtMs: 3,
}
const waiting: PendingDevice = {
  requestId: 'r1',
  deviceId: 'd2',
  publicKey: 'k2',
  asks: [{ role: 'node', scopes: [] }],
  isSilent: false,
  isRepair: true,
  ts: 5,
}
const entries: DeviceEntries = { paired: new Map([['d1', device]]), pending: new Map([['r1', waiting]]) }
const stored = JSON.parse(writeDeviceFile(entries))

/** Every place in a value, as a path of keys. */
function places(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))]
}

function altered(path: readonly string[], change: (holder: Record<string, unknown>, key: string) => void): string {
  const copy = structuredClone(stored)
  const holder = path.slice(0, -1).reduce((inner, key) => inner[key], copy)
  change(holder, path.at(-1)!)
  return JSON.stringify(copy)
}

describe('the stored devices', () => {
  it('are read as they were written', () => {
    expect(readDeviceFile(writeDeviceFile(entries))).toEqual({ kind: 'read', entries })
    const none = { paired: new Map(), pending: new Map() }
    expect(readDeviceFile(writeDeviceFile(none))).toEqual({ kind: 'read', entries: none })
  })

  it.each([
    ['', 'it is not JSON'],
    ['{"version":1,"paired":[', 'it is not JSON'],
    ['[]', 'it is no list of devices'],
    ['{}', 'it is no list of devices'],
    ['{"version":2,"paired":[],"pending":[]}', 'it has version 2'],
    ['{"version":1,"paired":[]}', 'an entry is damaged'],
    ['{"version":1,"paired":[],"pending":[],"more":1}', 'an entry is damaged'],
    ['{"version":1,"paired":[],"pending":[],"__proto__":{}}', 'an entry is damaged'],
    [JSON.stringify({ ...stored, paired: [device, device] }), 'an entry is there twice'],
    [
      JSON.stringify({ ...stored, paired: [{ ...device, grants: [...device.grants, ...device.grants] }] }),
      'an entry is damaged',
    ],
  ])('are not guessed from %s', (text, problem) => {
    expect(readDeviceFile(text)).toEqual({ kind: 'unreadable', problem })
  })

  const inside = places(stored).filter((path) => path.length > 0)

  it.each(inside.map((path) => [path.join('.'), path] as const))(
    'are not read with something else at %s',
    (_, path) => {
      for (const wrong of [null, -1, 1.5, { odd: 1 }, ['odd', 7]]) {
        const text = altered(path, (holder, key) => {
          holder[key] = wrong
        })
        expect(readDeviceFile(text).kind).toBe('unreadable')
      }
    },
  )

  it('are not read with an unknown key anywhere', () => {
    for (const path of places(stored)) {
      const value = path.reduce((inner, key) => inner[key], stored)
      if (typeof value !== 'object' || Array.isArray(value)) continue
      const text = altered([...path, 'odd'], (holder, key) => {
        holder[key] = 1
      })
      expect(readDeviceFile(text)).toEqual({ kind: 'unreadable', problem: 'an entry is damaged' })
    }
  })

  it('are never a reason to throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readDeviceFile(text).kind).toBe('unreadable')
      }),
    )
  })
})
