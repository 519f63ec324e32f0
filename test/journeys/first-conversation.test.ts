import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CliHome } from './harness/cli-home.js'
import type { RunningGateway } from './harness/running-gateway.js'
import { until } from './harness/until.js'

let home: CliHome
let gateway: RunningGateway

beforeEach(async () => {
  home = new CliHome()
  gateway = await home.gateway()
})

afterEach(() => home.dispose())

describe('a first conversation', () => {
  it('the log says where the gateway listens, and the hello it prints is answered', async () => {
    const { process } = gateway
    expect(process.stdout).toContain(`listening on ws://127.0.0.1:${gateway.port}`)
    expect(process.stdout).toContain(`(pid ${gateway.record.pid})`)
    expect(process.stdout).toContain('gateway.auth.token in ~/.mayros/mayros.json')
    const [, hello = ''] = await process.says(/say hello: (.+)/)

    const { code, stdout } = await home.type(hello).exited
    expect(stdout).toMatch(/^hello\n/)
    expect(stdout).toContain('This is an echo')
    expect(code).toBe(0)
  })

  it('the log never shows the token', async () => {
    await home.run(['agent', '-m', 'hello'])
    const { stdout } = await until('the client in the log file', async () => {
      const seen = await home.run(['logs'])
      return seen.stdout.includes('client connected') && seen
    })
    const said = gateway.process.stdout + gateway.process.stderr + stdout
    expect(gateway.token.length).toBeGreaterThanOrEqual(43)
    expect(said).toContain('client connected')
    expect(said).not.toContain(gateway.token)
  })

  it('health, status and gateway status see a healthy gateway', async () => {
    const health = await home.run(['health'])
    expect(health).toMatchObject({ code: 0, stderr: '' })
    expect(health.stdout).toMatch(/^Gateway health: ok/)

    const status = await home.run(['status'])
    expect(status).toMatchObject({ code: 0, stderr: '' })
    expect(status.stdout).toContain(`running, ws://127.0.0.1:${gateway.port}`)

    const gatewayStatus = await home.run(['gateway', 'status'])
    expect(gatewayStatus).toMatchObject({ code: 0, stderr: '' })
    expect(gatewayStatus.stdout).toMatch(new RegExp(`^Runtime: running \\(pid ${gateway.record.pid},`, 'm'))
    expect(gatewayStatus.stdout).toMatch(/^RPC probe: ok/m)
  })

  it('--json prints one document and nothing else', async () => {
    for (const args of [['health'], ['status'], ['gateway', 'status'], ['agent', '-m', 'hi']]) {
      const { code, stdout, stderr } = await home.run([...args, '--json'])
      expect(typeof JSON.parse(stdout), args.join(' ')).toBe('object')
      expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' })
    }
  })

  it('gateway call prints a payload, waits for finals, and fails with the words of the gateway', async () => {
    const list = await home.run(['gateway', 'call', 'agents.list'])
    expect(JSON.parse(list.stdout)).toMatchObject({ defaultId: 'main' })

    const params = JSON.stringify({ message: 'twice two', idempotencyKey: 'call-1', sessionKey: 'main' })
    const final = await home.run(['gateway', 'call', 'agent', '--params', params, '--expect-final'])
    expect(JSON.parse(final.stdout)).toMatchObject({ status: 'ok', runId: 'call-1' })
    expect(final.stdout).toContain('twice two')

    const wrong = await home.run(['gateway', 'call', 'no.such.method'])
    expect(wrong).toMatchObject({ code: 1, stdout: '' })
    expect(wrong.stderr).toContain('INVALID_REQUEST: unknown method: no.such.method')
  })

  it('logs shows the lines of the gateway, and --follow the ones that come', async () => {
    const shown = await until('the start in the log file', async () => {
      const seen = await home.run(['logs'])
      return seen.stdout.includes('ready in') && seen
    })
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout).toContain(`listening on ws://127.0.0.1:${gateway.port}`)

    const following = home.start(['logs', '--follow', '--json', '--interval', '50'])
    await following.says(/ready in/)
    expect(following.stdout).not.toContain('a-new-client')
    await gateway.connect({ client: { id: 'a-new-client', version: '1', platform: 'linux', mode: 'test' } })
    await following.says(/client connected.*a-new-client/)

    following.kill('SIGINT')
    expect((await following.exited).code).toBe(130)
  })

  it('a wrong token is unauthorized, exit 4', async () => {
    for (const args of [['health'], ['gateway', 'call', 'health'], ['agent', '-m', 'hi'], ['logs']]) {
      const { code, stdout, stderr } = await home.run([...args, '--token', 'wrong'])
      expect(stderr, args.join(' ')).toMatch(/^Error: unauthorized: token does not match/)
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 4, stdout: '' })
    }
    const fromEnvironment = await home.run(['health'], { env: { MAYROS_GATEWAY_TOKEN: 'other' } })
    expect(fromEnvironment.stderr).toContain('sent the one from MAYROS_GATEWAY_TOKEN')
    const asJson = await home.run(['health', '--json', '--token', 'wrong'])
    expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, error: { code: 'unauthorized' } })
  })

  it('without a gateway commands fail at once, exit 3, and status still prints', async () => {
    expect(await gateway.stop()).toMatchObject({ code: 0 })
    const env = { MAYROS_GATEWAY_PORT: String(gateway.port) }
    for (const args of [['health'], ['gateway', 'call', 'health'], ['agent', '-m', 'hi'], ['logs']]) {
      const { code, stdout, stderr } = await home.run(args, { env })
      expect(stderr, args.join(' ')).toContain(`no gateway at ws://127.0.0.1:${gateway.port} (connection refused)`)
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 3, stdout: '' })
    }
    const gatewayStatus = await home.run(['gateway', 'status'], { env })
    expect(gatewayStatus.stdout).toMatch(/^Runtime: stopped\nRPC probe: failed \(connection refused/m)
    expect(gatewayStatus.code).toBe(3)
    expect(await home.run(['status'], { env })).toMatchObject({ code: 0 })
  })

  it('a configuration that may not be written: the token lives as long as the process, and the hello is answered', async () => {
    await gateway.stop()
    await home.configure('{ gateway: { mode: "local" } }\n')
    const env = { MAYROS_CONFIG_READONLY: '1' }
    const started = await home.gateway([], { env })
    expect(started.process.stderr).toMatch(
      /warn .*token could not be saved to ~\/\.mayros\/mayros\.json .*this process only/,
    )
    const [, hello = ''] = await started.process.says(/say hello: (.+)/)
    expect(await home.type(hello).exited).toMatchObject({ code: 0, stderr: '' })

    expect(await started.stop()).toMatchObject({ code: 0 })
    expect(await readdir(join(home.stateDir, 'run'))).toEqual([])
    expect(await readFile(home.configPath, 'utf8')).toBe('{ gateway: { mode: "local" } }\n')
  })

  it('a password gateway is greeted with its password', async () => {
    await gateway.stop()
    await home.configure({ gateway: { mode: 'local', auth: { password: 'correct horse battery' } } })
    const started = await home.gateway()
    const [, hello = ''] = await started.process.says(/say hello: (.+)/)
    expect(await home.type(hello).exited).toMatchObject({ code: 0, stderr: '' })
    const wrong = await home.run(['health', '--password', 'wrong'])
    expect(wrong.stderr).toMatch(/^Error: unauthorized: password does not match/)
    expect(wrong.code).toBe(4)
  })
})
