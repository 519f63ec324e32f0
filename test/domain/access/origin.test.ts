import { describe, expect, it } from 'vitest'
import { hostnameOf, isOriginAllowed, isWebOrigin } from '../../../src/domain/access/origin.js'

describe('isOriginAllowed', () => {
  it.each([
    ['our own host', 'http://box:18789', 'box:18789', true],
    ['our own host in other letters', 'HTTP://Box:18789', 'bOX:18789', true],
    ['another port of our host', 'http://box:80', 'box:18789', false],
    ['loopback on both sides', 'http://localhost:5173', '127.0.0.1:18789', true],
    ['loopback in IPv6', 'http://[::1]:5173', 'localhost:18789', true],
    ['our own host, its port said by the proxy', 'https://gw.example', 'gw.example:443', true],
    ['our own host, its port said by the page', 'https://gw.example:443', 'gw.example', true],
    ['our own host over plain HTTP', 'http://gw.example', 'gw.example:80', true],
    ['our own host in IPv6', 'https://[2001:db8::1]', '[2001:db8::1]:443', true],
    ['the port of another scheme', 'https://gw.example', 'gw.example:80', false],
    ['a port that only ends like the usual one', 'https://gw.example', 'gw.example:1443', false],
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

describe('an allow-list with *', () => {
  it.each([
    ['https://evil.example', true],
    ['http://10.0.0.1:8080', true],
    ['chrome-extension://abcdef', true],
    ['null', false],
    ['*', false],
    ['', false],
    [undefined, false],
    ['evil.example', false],
    ['https://', false],
    ['https://a/b', false],
    ['https://user@evil.example', false],
  ])('judges the origin %s', (origin, isAllowed) => {
    expect(isOriginAllowed(origin, 'box:18789', ['https://app.example', '*'])).toBe(isAllowed)
  })
})

describe('isWebOrigin', () => {
  it.each([
    ['https://app.example', true],
    ['HTTP://Box:18789', true],
    ['http://[::1]:5173', true],
    ['null', true],
    [undefined, false],
    ['', false],
    ['app.example', false],
    ['file://', false],
    ['chrome-extension://abcdef', false],
    ['ws://box', false],
    ['http://', false],
    ['http://a b', false],
    ['http://user@box', false],
    ['http://box/path', false],
  ])('judges %s', (origin, isWeb) => {
    expect(isWebOrigin(origin)).toBe(isWeb)
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
