import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { discoverShape } from '../doubles/json-shapes.js'
import { CliHome } from './harness/cli-home.js'

const TOKEN = 'a-token-that-is-long-enough-for-a-test'
const OUTSIDE = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)

if (OUTSIDE === undefined) console.log('skipped: announcing in the local network needs an interface that leads outside')

describe.skipIf(OUTSIDE === undefined)('a gateway in the local network', () => {
  let home: CliHome
  const env = { MAYROS_GATEWAY_TOKEN: TOKEN }
  const discover = async () => {
    const { code, stdout } = await home.run(['gateway', 'discover', '--timeout', '600', '--json'])
    expect(code).toBe(0)
    return discoverShape.parse(JSON.parse(stdout)).beacons
  }

  beforeEach(() => {
    home = new CliHome()
  })
  afterEach(() => home.dispose())

  it('is found while it runs', async () => {
    const gateway = await home.gateway(['--bind', 'lan'], { env })
    await gateway.process.says(/announced in the local network as /)
    const found = (await discover()).find(({ port }) => port === gateway.port)
    expect(found).toMatchObject({ role: 'gateway', tlsFingerprint: null, cliPath: null, sshPort: null })
    expect(found?.addresses).toContain(OUTSIDE?.address)
    const health = await home.run(['health', '--url', found?.url ?? '', '--token', TOKEN], {
      env: { MAYROS_ALLOW_INSECURE_WS: '1' },
    })
    expect(health.code).toBe(0)
    gateway.process.kill('SIGTERM')
    await gateway.process.exited
    expect((await discover()).filter(({ port }) => port === gateway.port)).toEqual([])
  })

  it('keeps quiet when only this host can reach it, and when it is told to', async () => {
    const here = await home.gateway([], { env })
    here.process.kill('SIGTERM')
    await here.process.exited
    await home.configure({ discovery: { mdns: { mode: 'off' } } })
    const quiet = await home.gateway(['--bind', 'lan'], { env })
    expect((await discover()).map(({ port }) => port)).not.toContain(quiet.port)
    quiet.process.kill('SIGTERM')
    await quiet.process.exited
    for (const { process } of [here, quiet]) expect(process.stdout).not.toContain('announced in the local network')
  })
})
