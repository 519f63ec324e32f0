import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { copyOf, textOf } from '../../../src/adapters/transport-uws/borrowed-bytes.js'
import { addressText } from '../../../src/adapters/transport-uws/peer-address.js'
import { firstThatLoads, type UwsCandidate } from '../../../src/adapters/transport-uws/uws-binding.js'
import { engine } from './stage.js'

describe('choosing an engine', () => {
  const require = createRequire(import.meta.url)
  const failing = (message: string): UwsCandidate => ({
    packageName: 'engine-x',
    title: 'engine x',
    isLoopbackOnly: false,
    load: () => {
      throw new Error(message)
    },
  })
  const reasonFor = (message: string) => firstThatLoads([failing(message)], require).refusals[0]?.reason

  it('explains refusals in a few words', () => {
    const glibc = "/lib/libc.so.6: version `GLIBC_9.99' not found (required by /x/uws_linux_x64_115.node)"
    expect(reasonFor(`It supports only this and that.\n\nError: ${glibc}`)).toMatch(
      /^needs glibc 9\.99, found (\d|none)/,
    )
    expect(reasonFor("Cannot find module 'engine-x'\nRequire stack:\n- x")).toBe('not installed')
    expect(reasonFor("Only some.\n\nError: Cannot find module './uws_linux_x64_1.node'")).toMatch(
      /^no binary for Node.js/,
    )
    expect(reasonFor('Error loading shared library ld-linux-x86-64.so.2')).toBe('needs glibc, found another C library')
    expect(reasonFor('wrong ELF class\nand more')).toBe('wrong ELF class')
  })

  it('takes the first that loads and keeps the reasons of those before it', () => {
    const native = {} as never
    const working = { ...failing(''), isLoopbackOnly: true, load: () => ({ native, version: '20.30.0-x.1' }) }
    const binding = firstThatLoads([failing('broken'), working, failing('never tried')], require)
    expect(binding.engine).toEqual({ name: 'uws 20.30', version: '20.30.0-x.1', isLoopbackOnly: true, native })
    expect(binding.refusals).toEqual([{ engine: 'engine x', reason: 'broken' }])
  })

  it('raises the header limit before the engine loads, unless somebody set it', () => {
    expect(Number(process.env.UWS_HTTP_MAX_HEADERS_SIZE)).toBeGreaterThanOrEqual(16 * 1024)
  })

  it('says of v20.30 that it is for loopback only', () => {
    if (engine?.name === 'uws 20.30') expect(engine.isLoopbackOnly).toBe(true)
    else expect(engine?.isLoopbackOnly ?? false).toBe(false)
  })
})

describe('bytes and addresses', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values).buffer

  it('writes addresses as people do', () => {
    expect(addressText(bytes(127, 0, 0, 1))).toBe('127.0.0.1')
    expect(addressText(bytes(...new Array(10).fill(0), 255, 255, 10, 0, 0, 7))).toBe('10.0.0.7')
    expect(addressText(bytes(...new Array(15).fill(0), 1))).toBe('::1')
    expect(addressText(bytes(...new Array(16).fill(0)))).toBe('::')
    expect(addressText(bytes(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 7))).toBe('2001:db8::1:0:0:7')
    expect(addressText(bytes(0x20, 1, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6))).toBe('2001:0:1:2:3:4:5:6')
    expect(addressText(bytes(0xfe, 0x80, ...new Array(14).fill(0)))).toBe('fe80::')
    expect(addressText(bytes())).toBe('')
  })

  it('reads lent text of any size, byte order mark included', () => {
    for (const text of [
      '',
      'a',
      '\ufeffbom',
      'grüß 🦊',
      'x'.repeat(5_000),
      `${'x'.repeat(5_000)}日本🦊`,
      '\ufeff'.repeat(3_000),
    ]) {
      expect(textOf(new TextEncoder().encode(text).buffer)).toBe(text)
    }
  })

  it('copies lent bytes', () => {
    const lent = bytes(1, 2, 3)
    const kept = copyOf(lent)
    new Uint8Array(lent).fill(9)
    expect([...kept]).toEqual([1, 2, 3])
  })
})
