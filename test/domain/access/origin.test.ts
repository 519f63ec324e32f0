import { describe, expect, it } from 'vitest'
import { isLocalClient } from '../../../src/domain/access/local-client.js'
import { hostnameOf, isOriginAllowed } from '../../../src/domain/access/origin.js'

describe('isOriginAllowed', () => {
  it.each([
    ['our own host', 'http://box:18789', 'box:18789', true],
    ['our own host in other letters', 'HTTP://Box:18789', 'bOX:18789', true],
    ['another port of our host', 'http://box:80', 'box:18789', false],
    ['loopback on both sides', 'http://localhost:5173', '127.0.0.1:18789', true],
    ['loopback in IPv6', 'http://[::1]:5173', 'localhost:18789', true],
    ['a foreign page', 'https://evil.example', '127.0.0.1:18789', false],
    ['a page of this machine, but we are elsewhere', 'http://localhost:5173', 'box:18789', false],
    ['a name that begins like loopback', 'http://127.0.0.1.evil.example', '127.0.0.1:18789', false],
    ['a name behind credentials', 'http://localhost:80@evil.example', '127.0.0.1:18789', false],
    ['a port that is none', 'http://localhost:evil', '127.0.0.1:18789', false],
    ['the origin null', 'null', '127.0.0.1:18789', false],
    ['an empty origin', '', '', false],
    ['no origin', undefined, '127.0.0.1:18789', false],
    ['no host', 'http://localhost', undefined, false],
    ['something that is no origin', 'localhost', 'localhost', false],
  ])('judges %s', (_, origin, host, isAllowed) => {
    expect(isOriginAllowed(origin, host, [])).toBe(isAllowed)
  })

  it('lets listed origins in, whatever their case, and nothing that only begins like them', () => {
    const listed = ['https://App.Example']
    expect(isOriginAllowed('https://app.example', 'box', listed)).toBe(true)
    expect(isOriginAllowed('https://app.example.evil', 'box', listed)).toBe(false)
  })
})

describe('hostnameOf', () => {
  it.each([
    ['box', 'box'],
    ['box:1', 'box'],
    ['[::1]:1', '::1'],
    ['[::1]', '::1'],
    ['::1', '::1'],
    ['', ''],
  ])('takes %s apart', (authority, hostname) => {
    expect(hostnameOf(authority)).toBe(hostname)
  })
})

describe('isLocalClient', () => {
  const headers = (entries: Record<string, string>) => new Map(Object.entries(entries))

  it.each([
    ['straight from this machine', '127.0.0.1', { host: 'localhost:1' }, true],
    ['over IPv6', '::1', { host: '[::1]:1' }, true],
    ['by another loopback address', '127.8.8.8', { host: '127.0.0.1' }, true],
    ['by its name in the tailnet', '127.0.0.1', { host: 'box.tail1234.ts.net' }, true],
    ['from elsewhere', '10.0.0.2', { host: 'localhost' }, false],
    ['under a foreign name', '127.0.0.1', { host: 'evil.example' }, false],
    ['without a host', '127.0.0.1', {}, false],
    ['through a proxy', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '10.0.0.2' }, false],
    ['through a proxy that names an address', '127.0.0.1', { host: 'localhost', 'x-real-ip': '10.0.0.2' }, false],
    ['through a proxy that names a host', '127.0.0.1', { host: 'localhost', 'x-forwarded-host': 'box' }, false],
  ])('judges a client that comes %s', (_, address, given, isLocal) => {
    expect(isLocalClient(address, headers(given))).toBe(isLocal)
  })
})
