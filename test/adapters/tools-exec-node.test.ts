import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { KeptOutput } from '../../src/adapters/tools-exec-node/kept-output.js'
import { until } from '../contracts/kit/waiting.js'
import { toolboxContract } from '../contracts/toolbox.contract.js'
import { type ExecStage, type ExecStageOptions, execStage } from './tools-exec-node/stage.js'

/** Ignores the polite way, and so does its child. */
const STUBBORN = `trap '' TERM; (trap '' TERM; echo child; while :; do sleep 0.05; done) & echo parent; while :; do sleep 0.05; done`

toolboxContract(
  { describe, it },
  {
    name: 'builtin-exec',
    create: () => execStage({ isRealTime: true }),
    quick: { tool: 'exec', params: { command: 'echo hi', yieldMs: 5000 } },
    refused: { tool: 'exec', params: { command: 'exit 3' } },
    slow: { tool: 'exec', params: { command: STUBBORN, yieldMs: 60_000 } },
    lingering: { tool: 'exec', params: { command: 'sleep 60 & sleep 60', background: true } },
  },
)

let stage: ExecStage
const opened: ExecStage[] = []
const open = async (options?: ExecStageOptions) => {
  stage = await execStage(options)
  opened.push(stage)
  return stage
}
afterEach(async () => {
  for (const each of opened.splice(0)) await each.dispose()
})

/** A background command; resolves once it printed `ready`. */
async function started(command: string, params: object = {}): Promise<string> {
  const { details } = await stage.exec({ command, background: true, ...params })
  const id = String(details.sessionId)
  await printed(id, 'ready')
  return id
}

/** Resolves once a background command printed that. */
async function printed(id: string, wanted: string): Promise<void> {
  const giveUpAt = Date.now() + 5000
  for (let seen = ''; !seen.includes(wanted); ) {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain for ${wanted}; seen: ${seen}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
    seen = (await stage.process({ action: 'log', sessionId: id })).text
  }
}

const ended = (id: string) => until('the end of the command', () => stage.exited.some((session) => session.id === id))

describe('exec', () => {
  it('runs a command in the workspace, both outputs together, and says how it ended', async () => {
    const { exec, workspace } = await open()
    const { text, isError, details } = await exec({ command: 'pwd; echo oops >&2' })
    expect(text).toBe(`${workspace}\noops\n[exit code 0 after 0.0 s]`)
    expect(isError).toBe(false)
    expect(details).toMatchObject({ status: 'ended', exitCode: 0, signal: null, isBackground: false })
  })

  it('says so when it failed, by code or by signal', async () => {
    const { exec } = await open()
    expect(await exec({ command: 'echo no; exit 7' })).toMatchObject({ isError: true, details: { exitCode: 7 } })
    const killed = await exec({ command: 'kill -KILL $$' })
    expect(killed).toMatchObject({ isError: true, details: { exitCode: null, signal: 'SIGKILL' } })
    expect(killed.text).toBe('(no output)\n[ended by SIGKILL after 0.0 s]')
  })

  it('runs where it is told to', async () => {
    const { exec, workspace } = await open()
    await mkdir(join(workspace, 'sub'))
    expect((await exec({ command: 'pwd', cwd: 'sub' })).text).toContain(`${workspace}/sub\n`)
    expect((await exec({ command: 'pwd', cwd: '~/sub' })).isError).toBe(true)
    expect((await exec({ command: 'pwd', cwd: 'none' })).text).toBe('there is no directory none')
  })

  it('has an empty input, so that nothing waits for it', async () => {
    const { exec } = await open()
    expect((await exec({ command: 'cat; echo done' })).text).toContain('done\n[exit code 0')
  })

  it('shows no colours and no movements', async () => {
    const { exec } = await open()
    const { text } = await exec({ command: `printf '\\033[31mred\\033[0m\\r\\n\\007bell\\n'` })
    expect(text).toBe('red\nbell\n[exit code 0 after 0.0 s]')
  })

  it('shortens long output in the middle', async () => {
    const { exec } = await open()
    const { text } = await exec({ command: 'echo first; seq 1 100000; echo last' })
    expect(text.length).toBeLessThan(31_000)
    expect(text).toMatch(/^first\n1\n[\s\S]+\n\[\.\.\. \d+ characters left out \.\.\.\]\n[\s\S]+\nlast\n\[exit/)
  })

  it('tells those who watch what is printed', async () => {
    const { exec, clock } = await open()
    const told: unknown[] = []
    const fifo = 'mkfifo go; echo one; read x < go; echo two'
    const outcome = exec({ command: fifo }, { update: (partial) => void told.push(partial) })
    await until('output', () => clock.pendingTimers === 3)
    await clock.advance(250)
    expect(told).toEqual([{ sessionId: expect.any(String), status: 'running', durationMs: 250, tail: 'one\n' }])
    await writeFile(join(stage.workspace, 'go'), '\n')
    expect((await outcome).text).toContain('one\ntwo\n')
    expect(clock.pendingTimers).toBe(0)
    expect(told.length).toBe(1)
  })

  it('runs nothing that was not allowed, and asks with everything that matters', async () => {
    const { exec, requests, workspace } = await open({
      decide: async () => ({ allowed: false, reason: 'nobody answered' }),
      settings: { pathPrepend: ['/opt/first'] },
      environment: { PATH: '/usr/bin' },
    })
    const { text, isError } = await exec({ command: 'touch made', env: { A: '1' } })
    expect({ text, isError }).toEqual({ text: 'the command was not allowed: nobody answered', isError: true })
    expect(requests).toEqual([
      {
        command: 'touch made',
        cwd: workspace,
        env: { A: '1' },
        searchPath: '/opt/first:/usr/bin',
        host: 'gateway',
        agentId: 'main',
        sessionKey: 'agent:main:main',
        runId: 'run-1',
        toolCallId: 'call-1',
        isOwner: true,
      },
    ])
    await expect(readFile(join(workspace, 'made'))).rejects.toThrow('ENOENT')
  })

  it('runs nothing when the call was aborted, or the gateway stopped, while somebody decided', async () => {
    let allow = (): void => undefined
    const { exec, toolbox, workspace, requests } = await open({
      decide: () =>
        new Promise((resolve) => {
          allow = () => resolve({ allowed: true })
        }),
    })
    const abort = new AbortController()
    const aborted = exec({ command: 'touch made' }, { signal: abort.signal })
    await until('the question', () => requests.length === 1)
    abort.abort()
    allow()
    expect((await aborted).text).toBe('the call was aborted')
    const late = exec({ command: 'touch made' })
    await until('the question', () => requests.length === 2)
    await toolbox.close()
    allow()
    expect((await late).text).toBe('the gateway stops')
    expect((await exec({ command: 'touch made' })).isError).toBe(true)
    await expect(readFile(join(workspace, 'made'))).rejects.toThrow('ENOENT')
  })
})

describe('the environment of a command', () => {
  it('has neither the settings of the gateway nor configured secrets', async () => {
    const { exec } = await open({
      environment: {
        MAYROS_HOME: '/home/mayros',
        MAYROS_GATEWAY_TOKEN: 'token-1',
        OPENAI_API_KEY: 'key-1',
        HARMLESS: 'yes',
      },
      forbidden: (name) => name === 'OPENAI_API_KEY',
    })
    const { text } = await exec({ command: 'env', env: { MINE: 'too' } })
    expect(text).not.toMatch(/token-1|key-1|MAYROS_HOME/)
    expect(text.match(/MAYROS\w*=.*/g)).toEqual(['MAYROS_CLI=1'])
    expect(text).toMatch(/^HARMLESS=yes$/m)
    expect(text).toMatch(/^MINE=too$/m)
  })

  it.each(['PATH', 'LD_PRELOAD', 'BASH_ENV', 'NODE_OPTIONS', 'MAYROS_CLI', 'GIT_CONFIG_COUNT', 'ld_preload', 'SECRET'])(
    'cannot be given %s by the model',
    async (name) => {
      const { exec, requests } = await open({ forbidden: (each) => each === 'SECRET' })
      expect((await exec({ command: 'true', env: { [name]: 'x' } })).text).toBe(`the variable ${name} may not be set`)
      expect(requests).toEqual([])
    },
  )
})

describe('what a command started', () => {
  it('ends with it', async () => {
    const { exec, leftovers } = await open()
    const { text } = await exec({ command: 'sleep 60 & echo started' })
    expect(text).toContain('started\n[exit code 0')
    expect(await leftovers()).toEqual([])
  })

  it('ends when the time is over, however stubborn', async () => {
    const { exec, clock, leftovers } = await open()
    const outcome = exec({ command: STUBBORN, timeoutSec: 5, yieldMs: 60_000 })
    await until('both to run', () => clock.pendingTimers === 3)
    await clock.advance(5000)
    expect(await outcome).toMatchObject({ isError: true, details: { endReason: 'timeout', signal: 'SIGKILL' } })
    expect(await leftovers()).toEqual([])
  })

  it('may clean up when it is asked to end', async () => {
    const { process } = await open()
    const id = await started(`trap 'echo cleaned; exit 5' TERM; echo ready; while :; do sleep 0.02; done`)
    const { text, details } = await process({ action: 'kill', sessionId: id })
    // The shell may also say that the sleep beside its trap was ended.
    expect(text).toMatch(/cleaned\n(?:Terminated\n)?\[killed/)
    expect(details).toMatchObject({ exitCode: 5, endReason: 'killed' })
  })

  it.runIf(process.platform === 'linux')('ends with it even when it left the group and lost its parent', async () => {
    const { process, leftovers } = await open()
    const id = await started(
      `setsid sh -c 'trap "" TERM; (setsid sleep 60 &) ; sleep 60' & sleep 0.1; echo ready; sleep 60`,
    )
    expect((await leftovers()).length).toBeGreaterThan(3)
    await process({ action: 'kill', sessionId: id })
    expect(await leftovers()).toEqual([])
  })

  it.runIf(process.platform === 'linux')('ends with the gateway when it was meant as a service', async () => {
    const { exec, toolbox, leftovers } = await open()
    await exec({ command: 'setsid sleep 60 >/dev/null 2>&1 & sleep 0.1' })
    expect(await leftovers()).toHaveLength(1)
    await toolbox.close()
    expect(await leftovers()).toEqual([])
  })
})

describe('the background', () => {
  it('takes over when a command takes long, and tells of its end', async () => {
    const { exec, process, clock, exited } = await open({ settings: { backgroundMs: 3000 } })
    const outcome = exec({ command: 'mkfifo go; echo one; read x < go; echo two; exit 4' })
    await until('output', () => clock.pendingTimers === 3)
    await clock.advance(3000)
    const { text, details, isError } = await outcome
    expect(isError).toBe(false)
    const id = String(details.sessionId)
    expect(text).toBe(
      `one\n[running for 3.0 s, session ${id}]\nIt goes on in the background; the tool process shows session ${id}.`,
    )
    await writeFile(join(stage.workspace, 'go'), '\n')
    await ended(id)
    expect(exited).toEqual([
      {
        id,
        agentId: 'main',
        sessionKey: 'agent:main:main',
        command: 'mkfifo go; echo one; read x < go; echo two; exit 4',
        exitCode: 4,
        signal: null,
        isTimedOut: false,
        durationMs: 3000,
        tail: 'one\ntwo',
      },
    ])
    expect((await process({ action: 'poll', sessionId: id })).text).toBe('two\n[exit code 4 after 3.0 s]')
    expect((await process({ action: 'poll', sessionId: id })).text).toBe('(no output)\n[exit code 4 after 3.0 s]')
  })

  it('outlives the signal of the call', async () => {
    const { exec, process } = await open()
    const abort = new AbortController()
    const { details } = await exec({ command: 'sleep 60', background: true }, { signal: abort.signal })
    abort.abort()
    const { text } = await process({ action: 'list' })
    expect(text).toMatch(new RegExp(`^${details.sessionId}: sleep 60 \\[running`))
  })

  it('takes lines, and ends', async () => {
    const { process, exited } = await open()
    const id = await started('echo ready; while read line; do echo "got $line"; done')
    await process({ action: 'write', sessionId: id, text: 'a' })
    await process({ action: 'submit', sessionId: id, text: 'b' })
    await printed(id, 'got ab')
    expect((await process({ action: 'kill', sessionId: id })).text).toContain('[killed after')
    expect(exited).toEqual([])
    expect((await process({ action: 'submit', sessionId: id, text: 'c' })).text).toBe(`session ${id} has ended`)
    await process({ action: 'remove', sessionId: id })
    expect((await process({ action: 'poll', sessionId: id })).text).toBe(`there is no session ${id}`)
    expect((await process({ action: 'list' })).text).toBe('Nothing runs in the background.')
  })

  it('waits for the end when asked to', async () => {
    const { exec, process } = await open({ isRealTime: true })
    const { details } = await exec({ command: 'sleep 0.1; echo over', background: true })
    const polled = await process({ action: 'poll', sessionId: details.sessionId, waitMs: 20_000 })
    expect(polled.text).toMatch(/^over\n\[exit code 0/)
  })

  it('shows lines of the output', async () => {
    const { process } = await open()
    const id = await started('seq 1 500; echo ready; sleep 60')
    expect((await process({ action: 'log', sessionId: id, limit: 2 })).text).toMatch(
      /^500\nready\n\[lines 500-501 of 501; running/,
    )
    expect((await process({ action: 'log', sessionId: id, offset: 3, limit: 2 })).text).toMatch(
      /^3\n4\n\[lines 3-4 of 501/,
    )
  })

  it('is seen by the conversation it belongs to only', async () => {
    const { process } = await open()
    const id = await started('echo ready; sleep 60')
    for (const stranger of [{ agentId: 'other' }, { sessionKey: 'agent:main:else' }, { sessionKey: null }]) {
      expect((await process({ action: 'list' }, stranger)).text).toBe('Nothing runs in the background.')
      expect((await process({ action: 'kill', sessionId: id }, stranger)).isError).toBe(true)
    }
  })

  it('forgets what ended after a while', async () => {
    const { exec, process, clock } = await open()
    const { details } = await exec({ command: 'echo x', background: true })
    await ended(String(details.sessionId))
    await clock.advance(59_999)
    expect((await process({ action: 'list' })).text).toContain('echo x')
    await clock.advance(1)
    expect((await process({ action: 'list' })).text).toBe('Nothing runs in the background.')
    expect(clock.pendingTimers).toBe(0)
  })

  it.each([
    ['a silent success is no news', 'true', {}, 0],
    ['unless it is asked for', 'true', { notifyOnExitEmptySuccess: true }, 1],
    ['a silent failure is', 'false', {}, 1],
    ['unless nothing is', 'echo x; false', { notifyOnExit: false }, 0],
  ])('%s', async (_, command, settings, count) => {
    const { exec, exited } = await open({ settings })
    const { details } = await exec({ command, background: true })
    await printed(String(details.sessionId), 'exit code')
    expect(exited).toHaveLength(count)
  })

  it('holds 64 commands, and makes room by forgetting what ended', async () => {
    const { exec } = await open()
    const { details } = await exec({ command: 'echo ended', background: true })
    await ended(String(details.sessionId))
    for (let count = 0; count < 63; count += 1) await exec({ command: 'exec sleep 60', background: true })
    expect((await exec({ command: 'exec sleep 60', background: true })).isError).toBe(false)
    expect((await exec({ command: 'echo no' })).text).toBe('64 commands are running; end one with the tool process')
  })
})

describe('a terminal', () => {
  it('is there when asked for', async () => {
    const { exec } = await open()
    expect((await exec({ command: '[ -t 0 ] && [ -t 1 ] && echo yes; exit 3', pty: true })).text).toBe(
      'yes\n[exit code 3 after 0.0 s]',
    )
    expect((await exec({ command: '[ -t 0 ] || [ -t 1 ] || echo none' })).text).toContain('none')
  })

  it('can be typed into, and ends with everything on it', async () => {
    const { process, leftovers } = await open()
    const id = await started(`trap '' HUP TERM; echo ready; read x; echo "got $x"; sleep 60 & sleep 60`, { pty: true })
    await process({ action: 'submit', sessionId: id, text: 'this' })
    await printed(id, 'got this')
    await process({ action: 'kill', sessionId: id })
    expect(await leftovers()).toEqual([])
  })

  it('needs a program that makes one', async () => {
    const { exec } = await open({ environment: { PATH: '/nowhere' } })
    expect((await exec({ command: 'true', pty: true })).text).toBe(
      'a terminal needs the program script, which is not installed',
    )
  })
})

describe('kept output', () => {
  it('keeps the beginning and the end, and says how much is missing', () => {
    const output = new KeptOutput()
    for (let line = 0; line < 100_000; line += 1) output.append(`line ${line}\n`)
    const text = output.text()
    const [, missing] = /\n\[\.\.\. (\d+) characters left out \.\.\.\]\n/.exec(text) ?? []
    expect(text.startsWith('line 0\nline 1\n')).toBe(true)
    expect(text.endsWith('line 99999\n')).toBe(true)
    expect(Number(missing)).toBe(output.length - 200_000)
    expect(output.since(output.length - 11)).toBe('line 99999\n')
    expect(output.since(output.length)).toBe('')
  })

  it('loses nothing that fits', () => {
    const output = new KeptOutput()
    let all = ''
    for (let count = 0; all.length < 190_000; count += 1) {
      output.append(`${count},`)
      all += `${count},`
    }
    expect(output.text()).toBe(all)
    for (const from of [0, 1, 49_999, 50_000, 50_001, 120_000]) expect(output.since(from)).toBe(all.slice(from))
  })
})
