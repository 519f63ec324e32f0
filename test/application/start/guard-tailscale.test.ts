import { describe, expect, it } from 'vitest'
import { guardTailscale, type TailscaleFacts } from '../../../src/application/start/guard-tailscale.js'
import { refusalLines } from '../../../src/application/start/start-refusal.js'

const SERVED: TailscaleFacts = { mode: 'serve', bind: 'loopback', authMode: 'token', isTls: false }

describe('guardTailscale', () => {
  it.each([
    SERVED,
    { ...SERVED, authMode: 'none' },
    { ...SERVED, mode: 'funnel', authMode: 'password' },
    { mode: 'off', bind: 'lan', authMode: 'token', isTls: true },
  ] satisfies TailscaleFacts[])('lets %j pass', (facts) => expect(guardTailscale(facts)).toBeNull())

  it.each([
    [{ ...SERVED, bind: 'lan' }, 'tailscale serve needs bind loopback, not lan'],
    [{ ...SERVED, bind: 'auto' }, 'tailscale serve needs bind loopback, not auto'],
    [{ ...SERVED, isTls: true }, 'tailscale serve brings its own certificate and needs gateway.tls.enabled false'],
    [{ ...SERVED, mode: 'funnel' }, 'tailscale funnel needs auth mode password, not token'],
    [{ ...SERVED, mode: 'funnel', authMode: 'none' }, 'tailscale funnel needs auth mode password, not none'],
  ] satisfies [TailscaleFacts, string][])('refuses %j', (facts, message) => {
    const refusal = guardTailscale(facts)
    expect(refusal).toMatchObject({ kind: 'configuration', message })
    expect(refusal === null ? [] : refusalLines(refusal)).toContainEqual(expect.stringMatching(/^fix: ./))
  })
})
