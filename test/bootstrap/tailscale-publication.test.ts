import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryLog } from '../../src/adapters/log-memory/memory-log.js'
import { MemoryTailnet } from '../../src/adapters/tailnet-memory/memory-tailnet.js'
import { startPublication } from '../../src/bootstrap/tailscale-publication.js'

describe('the publication of a gateway', () => {
  let tailnet: MemoryTailnet
  let log: MemoryLog
  const said = () => log.lines.map(({ level, message }) => `${level} ${message}`)

  beforeEach(() => {
    tailnet = new MemoryTailnet()
    log = new MemoryLog()
  })

  it('is nothing when it is off', async () => {
    const publication = await startPublication({ mode: 'off', resetOnExit: true }, 18789, tailnet, log)
    await publication.stop()
    expect(publication.url).toBeNull()
    expect([tailnet.published.size, said()]).toEqual([0, []])
  })

  it('outlives the gateway unless it is to be reset', async () => {
    const publication = await startPublication({ mode: 'serve', resetOnExit: false }, 18789, tailnet, log)
    expect(publication.url).toBe('https://gateway.example.ts.net')
    await publication.stop()
    expect([...tailnet.published]).toEqual([['serve', 18789]])
    expect(said()).toEqual(['info published through tailscale serve at https://gateway.example.ts.net'])
  })

  it('is undone once where the settings say so', async () => {
    const publication = await startPublication({ mode: 'funnel', resetOnExit: true }, 18789, tailnet, log)
    expect([...tailnet.published]).toEqual([['funnel', 18789]])
    await Promise.all([publication.stop(), publication.stop()])
    expect(tailnet.published.size).toBe(0)
    expect(said()).toEqual([
      'info published through tailscale funnel at https://gateway.example.ts.net',
      'warn tailscale funnel: everybody on the internet can reach the login of this gateway',
      'info tailscale funnel was reset',
    ])
  })

  it('that fails stops nobody, and is not undone', async () => {
    tailnet.refuseWith('tailscale-missing')
    const publication = await startPublication({ mode: 'serve', resetOnExit: true }, 18789, tailnet, log)
    await publication.stop()
    expect(publication.url).toBeNull()
    expect(said()).toEqual([expect.stringMatching(/^error tailscale serve did not publish the gateway: ./)])
    expect(log.lines[0]?.fields).toMatchObject({ code: 'tailscale-missing' })
  })

  it('that cannot be undone says how to do it by hand', async () => {
    const publication = await startPublication({ mode: 'serve', resetOnExit: true }, 18789, tailnet, log)
    tailnet.refuseWith('tailscale-timeout')
    await publication.stop()
    expect(said()).toContainEqual(expect.stringMatching(/^warn .*run: tailscale serve reset$/))
  })
})
