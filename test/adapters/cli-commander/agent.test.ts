import { afterEach, describe, expect, it } from 'vitest'
import { type CliScene, CliStage, recordOn } from '../../doubles/cli-stage.js'
import { type DoubleCall, type DoubleOptions, GatewayDouble } from '../../doubles/gateway-double.js'

const cleanups: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function gateway(methods: DoubleOptions['methods'] = {}, options: DoubleOptions = {}): Promise<GatewayDouble> {
  const server = await GatewayDouble.start({ methods, ...options })
  cleanups.push(() => server.stop())
  return server
}

const at = (server: GatewayDouble, scene: CliScene = {}) => new CliStage({ record: recordOn(server.port), ...scene })

const META = {
  durationMs: 42,
  aborted: false,
  agentMeta: { sessionId: 's-1', provider: 'echo', model: 'echo', usage: { input: 1, output: 2, total: 3 } },
}

function accept(call: DoubleCall): void {
  call.ok({ runId: call.params.idempotencyKey, status: 'accepted', acceptedAt: 1 })
}

function finish(call: DoubleCall, text: string, meta: object = META): void {
  const payloads = [{ text, mediaUrl: null }]
  call.ok({ runId: call.params.idempotencyKey, status: 'ok', summary: 'completed', result: { payloads, meta } })
}

function say(call: DoubleCall, text: string, delta: string): void {
  call.event('agent', {
    runId: call.params.idempotencyKey,
    stream: 'assistant',
    data: { text, delta },
    seq: 1,
    ts: 1,
    sessionKey: 'agent:main:main',
  })
}

const answer = (text: string) => (call: DoubleCall) => {
  accept(call)
  say(call, 'Hel', 'Hel')
  finish(call, text)
}

describe('agent', () => {
  it('prints the answer and nothing else', async () => {
    const server = await gateway({ agent: answer('Hello') })
    expect(await at(server).run('agent', '-m', 'hi')).toEqual({ exitCode: 0, stdout: 'Hello\n', stderr: '' })
    expect(server.calls[0]?.params).toEqual({
      message: 'hi',
      idempotencyKey: 'run-1',
      timeout: 600,
      sessionKey: 'agent:main:main',
    })
  })

  it('takes the text from stdin and passes its options on', async () => {
    const server = await gateway({ agent: answer('x') })
    const argv = 'agent --agent ops --thinking high --timeout 5 --verbose'.split(' ')
    const { stderr } = await at(server, { stdin: 'line 1\nline 2\n' }).run(...argv)
    expect(stderr).toBe('run run-1 accepted\n')
    expect(server.calls[0]?.params).toEqual({
      message: 'line 1\nline 2',
      idempotencyKey: 'run-1',
      timeout: 5,
      agentId: 'ops',
      thinking: 'high',
    })
  })

  it('is one document with --json', async () => {
    const server = await gateway({ agent: answer('Hello') })
    const { exitCode, stdout } = await at(server).run('agent', '-m', 'hi', '--json', '--session-key', 'agent:main:main')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      runId: 'run-1',
      status: 'ok',
      sessionKey: 'agent:main:main',
      sessionId: 's-1',
      payloads: [{ text: 'Hello', mediaUrl: null }],
      usage: { input: 1, output: 2, total: 3 },
      model: 'echo/echo',
      durationMs: 42,
    })
  })

  it('streams text as it comes and completes what was not streamed', async () => {
    const server = await gateway({ agent: answer('Hello') })
    expect((await at(server).run('agent', '-m', 'hi', '--stream')).stdout).toBe('Hello\n')
    expect(server.connects[0]?.caps).toEqual(['tool-events'])
    const { stdout } = await at(server).run('agent', '-m', 'hi', '--stream', '--json')
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string })
    expect(lines.map((line) => line.type)).toEqual(['accepted', 'delta', 'final'])
  })

  it('a failed run is exit 1, with the reason on stderr', async () => {
    const server = await gateway({
      agent: (call) => {
        accept(call)
        call.fail('UNAVAILABLE', 'the provider refuses the key', { payload: { runId: 'run-1', status: 'error' } })
      },
    })
    expect(await at(server).run('agent', '-m', 'hi')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'Error: the provider refuses the key\n',
    })
    const { stdout } = await at(server).run('agent', '-m', 'hi', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      status: 'error',
      error: { message: 'the provider refuses the key' },
    })
  })

  it('a run that was cut short is exit 1 and shows what there is', async () => {
    const server = await gateway({
      agent: (call) => {
        accept(call)
        finish(call, 'half', { ...META, aborted: true, stopReason: 'timeout' })
      },
    })
    expect(await at(server).run('agent', '-m', 'hi')).toEqual({
      exitCode: 1,
      stdout: 'half\n',
      stderr: 'Error: the run did not end within 600 s\n',
    })
  })

  it('a refused request is told as any refused call', async () => {
    const server = await gateway({ agent: (call) => call.fail('INVALID_REQUEST', 'unknown agent id "x"') })
    const { exitCode, stderr } = await at(server).run('agent', '-m', 'hi', '--agent', 'x')
    expect([exitCode, stderr]).toEqual([1, 'Error: INVALID_REQUEST: unknown agent id "x"\n'])
  })

  it('does no work while the config is broken', async () => {
    const server = await gateway({ agent: answer('x') })
    const hints = { problems: ['mayros.json:3:5  gateway.prt: unknown key'] }
    const { exitCode, stderr } = await at(server, { hints }).run('agent', '-m', 'hi')
    expect(exitCode).toBe(78)
    expect(stderr).toContain(
      'Error: Config invalid: ~/.mayros/mayros.json\n  note    mayros.json:3:5  gateway.prt: unknown key\n',
    )
    expect(server.connects).toEqual([])
  })

  it('reconnects after a lost connection and asks for the same run', async () => {
    let attempt = 0
    const server = await gateway({
      agent: (call) => {
        accept(call)
        if (++attempt === 1) call.socket.close(1012, 'service restart')
        else finish(call, 'after all')
      },
    })
    const { exitCode, stdout, stderr } = await at(server).run('agent', '-m', 'hi')
    expect([exitCode, stdout]).toEqual([0, 'after all\n'])
    expect(stderr).toContain('waiting for the run')
    expect(server.calls.map((call) => call.params.idempotencyKey)).toEqual(['run-1', 'run-1'])
  })

  it('aborts the run on the first Ctrl-C and tells how it ended', async () => {
    let running: DoubleCall | null = null
    const server = await gateway({
      agent: (call) => {
        accept(call)
        say(call, 'half', 'half')
        running = call
      },
      'chat.abort': (call) => {
        call.ok({ ok: true, aborted: true, runIds: ['run-1'] })
        running?.fail('UNAVAILABLE', 'aborted', { payload: { runId: 'run-1', status: 'error' } })
      },
    })
    const stage = at(server)
    const ending = stage.run('agent', '-m', 'hi', '--stream')
    await expect.poll(() => stage.out.text).toBe('half')
    stage.interrupt()
    expect(await ending).toEqual({ exitCode: 130, stdout: 'half\n', stderr: 'Error: aborted\n' })
    expect(server.calls.at(-1)).toEqual({
      method: 'chat.abort',
      params: { sessionKey: 'agent:main:main', runId: 'run-1' },
    })
    expect(stage.listening).toBe(0)
  })

  it('leaves at once on the second signal, and before there is a run', async () => {
    const server = await gateway({ agent: accept, 'chat.abort': () => undefined })
    const stage = at(server)
    const ending = stage.run('agent', '-m', 'hi', '--verbose')
    await expect.poll(() => stage.err.text).toContain('accepted')
    stage.interrupt()
    stage.interrupt('SIGTERM')
    expect((await ending).exitCode).toBe(143)

    const silent = await gateway({}, { firstFrame: null })
    const early = at(silent)
    const leaving = early.run('agent', '-m', 'hi')
    await expect.poll(() => silent.sockets.size).toBe(1)
    early.interrupt()
    expect((await leaving).exitCode).toBe(130)
  })
})
