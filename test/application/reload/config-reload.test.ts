import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ReloadStage } from '../../doubles/reload-stage.js'

let staged: ReloadStage

beforeEach(async () => {
  staged = await ReloadStage.open({ config: { ui: { assistant: { name: 'before' } } } })
})

afterEach(() => staged.close())

const HOT = { ui: { assistant: { name: 'after' } } }
const RESTART = { ...{ ui: { assistant: { name: 'before' } } }, discovery: { mdns: { mode: 'full' } } }
const withMode = (mode: string, config: object = {}) => ({ ...config, gateway: { reload: { mode } } })

const nameInForce = () => staged.live.config.ui.assistant?.name
const mdnsInForce = () => staged.live.config.discovery.mdns.mode

describe('the mode', () => {
  it('hybrid: takes over a hot change at once', async () => {
    await staged.save(HOT)
    expect(nameInForce()).toBe('after')
    expect(staged.said).toEqual(['info config reload: applied (ui.assistant.name)'])
    expect(staged.host.restarts).toEqual([])
  })

  it('hybrid: restarts for a change of restart class, with everything the file says', async () => {
    await staged.save({ ...HOT, discovery: RESTART.discovery })
    expect(staged.host.restarts).toHaveLength(1)
    expect([nameInForce(), mdnsInForce()]).toEqual(['after', 'full'])
    expect(staged.said).toContainEqual(
      expect.stringMatching(/restarting \((?=.*discovery\.mdns\.mode)(?=.*ui\.assistant\.name)/),
    )
    expect(staged.reload.health).toMatchObject({ lastError: null, pendingRestart: [] })
  })

  it('restart: restarts for a hot change as well', async () => {
    await staged.save(withMode('restart', HOT))
    expect(staged.host.restarts).toHaveLength(1)
    expect(nameInForce()).toBe('after')
  })

  it('hot: takes over what is hot, keeps the rest aside and lists it until the file returns', async () => {
    await staged.save(withMode('hot', { ...HOT, discovery: RESTART.discovery }))
    expect(nameInForce()).toBe('after')
    expect(mdnsInForce()).not.toBe('full')
    expect(staged.host.restarts).toEqual([])
    expect(staged.reload.health.pendingRestart).toEqual(['discovery.mdns.mode'])
    expect(staged.said).toContain(
      'info config reload: restart needed (discovery.mdns.mode), mode is hot; waiting for a manual restart',
    )
    await staged.save(withMode('hot', HOT))
    expect(staged.reload.health.pendingRestart).toEqual([])
  })

  it('off: touches nothing, says so once per change, and can be switched off again', async () => {
    await staged.save(withMode('off', HOT))
    await staged.save(`// a remark\n${JSON.stringify(withMode('off', HOT))}`)
    await staged.reload.now()
    expect(nameInForce()).toBe('before')
    expect(staged.host.restarts).toEqual([])
    expect(staged.said.filter((line) => line.includes('not applied'))).toEqual([
      'info config reload: off, change not applied (ui.assistant.name)',
    ])
    await staged.save(withMode('hybrid', HOT))
    expect(nameInForce()).toBe('after')
  })

  it('the mode of the new file decides', async () => {
    await staged.save(withMode('off', RESTART))
    expect(staged.host.restarts).toEqual([])
  })
})

describe('a file that cannot be used', () => {
  it('invalid: whatever was in force stays in force, and health says why', async () => {
    await staged.save({ ...HOT, gateway: { port: 'many' } })
    expect(nameInForce()).toBe('before')
    expect(staged.said).toEqual(['warn config reload: skipped, file invalid; keeping the running config'])
    expect(staged.reload.health.lastError).toMatch(/^skipped, file invalid.*gateway\.port/)
    await staged.reload.now()
    expect(staged.said).toHaveLength(1)
  })

  it('invalid: who was shut out stays shut out', async () => {
    await staged.save({ gateway: { auth: { token: 'new-token' } } })
    await staged.save({ gateway: { auth: { token: 'a-token' }, port: -1 } })
    const { response } = await staged.stage.refused({ token: 'a-token' })
    expect(response.error).toMatchObject({ details: { code: 'AUTH_TOKEN_MISMATCH' } })
  })

  it('valid again and equal to what runs: says so and clears the error', async () => {
    await staged.save('{ broken')
    expect(staged.reload.health.lastError).not.toBeNull()
    await staged.save({ ui: { assistant: { name: 'before' } } })
    expect(staged.reload.health.lastError).toBeNull()
    expect(staged.said.at(-1)).toBe('info config reload: file is valid again')
  })

  it('half-written: is read again before anything is said', async () => {
    staged.source.put('{ "ui": { "assi')
    await staged.stage.clock.advance(400)
    expect(staged.said).toEqual([])
    await staged.save(HOT)
    expect(staged.said).toEqual(['info config reload: applied (ui.assistant.name)'])
  })

  it('gone: says so after two more looks, keeps running, and takes the file back', async () => {
    staged.source.put(null)
    await staged.stage.clock.advance(500)
    expect(staged.said).toEqual([])
    await staged.stage.clock.advance(500)
    expect(staged.said).toEqual(['warn config reload: config file is gone; keeping the running config'])
    expect(nameInForce()).toBe('before')
    await staged.save(HOT)
    expect(nameInForce()).toBe('after')
    expect(staged.reload.health.lastError).toBeNull()
  })

  it('hot, but not to be run like that here: is refused whole', async () => {
    staged.secretRefusal = 'refusing to bind gateway to 0.0.0.0:1 without auth'
    await staged.save(HOT)
    expect(nameInForce()).toBe('before')
    expect(staged.said).toEqual([`warn config reload: refused, ${staged.secretRefusal}; keeping the running config`])
    expect(staged.reload.health.lastError).toContain('without auth')
  })

  it('the error reaches clients in health.config', async () => {
    const client = await staged.stage.join()
    await staged.save('{ broken', 3_000)
    await client.call('health')
    await staged.stage.clock.advance(2_000)
    expect((await client.call('health')).config.lastError).toContain('file invalid')
    await staged.save(HOT, 3_000)
    expect((await client.call('health')).config).toMatchObject({
      lastError: null,
      hash: (await staged.source.read()).hash,
    })
  })
})

describe('what is looked at, and when', () => {
  it('a file with the same content is no news', async () => {
    const text = (await staged.source.read()).raw
    await staged.save(text)
    await staged.reload.now()
    expect(staged.said).toEqual([])
    expect(staged.live.version).toBe(1)
  })

  it('a change of remarks alone is no news', async () => {
    await staged.save(`// hello\n${(await staged.source.read()).raw}`)
    expect(staged.said).toEqual([])
    expect(staged.live.version).toBe(1)
  })

  it('waits until 300 ms have passed without another event', async () => {
    staged.source.put(HOT)
    await staged.stage.clock.advance(299)
    expect(nameInForce()).toBe('before')
    await staged.stage.clock.advance(1)
    expect(nameInForce()).toBe('after')
  })

  it('waits 2 s at most, however often the file changes', async () => {
    for (let at = 0; at < 1_900; at += 100) {
      staged.source.put({ ui: { assistant: { name: `at ${at}` } } })
      await staged.stage.clock.advance(100)
    }
    expect(nameInForce()).toBe('before')
    staged.source.put({ ui: { assistant: { name: 'at last' } } })
    await staged.stage.clock.advance(100)
    expect(nameInForce()).toBe('at last')
  })

  it('what changes during a look is looked at afterwards', async () => {
    await staged.save('{ half', 310)
    staged.source.put(HOT)
    const one = staged.reload.now()
    const other = staged.reload.now()
    await staged.stage.clock.advance(5_000)
    expect([(await one).kind, (await other).kind]).toContain('unchanged')
    expect(nameInForce()).toBe('after')
  })

  it('whoever joins a look keeps the delay it asked for', async () => {
    staged.source.put(RESTART)
    await staged.stage.clock.advance(0)
    const first = staged.reload.now(5_000)
    const joined = staged.reload.now(5_000)
    await staged.stage.clock.advance(4_900)
    expect(await first).toMatchObject({ restart: { delayMs: 5_000 } })
    expect(await joined).toMatchObject({ kind: 'planned' })
    expect(staged.host.restarts).toEqual([])
    await staged.stage.clock.advance(100)
    expect(staged.host.restarts).toHaveLength(1)
  })

  it('nothing after it was stopped', async () => {
    staged.source.put(HOT)
    await staged.stage.clock.advance(100)
    staged.reload.stop()
    await staged.save(HOT, 10_000)
    expect(nameInForce()).toBe('before')
  })
})

describe('a restart', () => {
  it('is made once for a file however often it is looked at', async () => {
    staged.host.load = { running: 1, waiting: 0 }
    await staged.save(RESTART)
    await staged.reload.now()
    await staged.save(`${JSON.stringify(RESTART)} `)
    staged.host.load = { running: 0, waiting: 0 }
    await staged.stage.clock.advance(120_000)
    expect(staged.host.restarts).toHaveLength(1)
    expect(staged.said.filter((line) => line.includes('restarting ('))).toHaveLength(2)
  })

  it('that waits is made with what the file says last', async () => {
    staged.host.load = { running: 1, waiting: 0 }
    await staged.save(RESTART)
    await staged.save({ ...RESTART, ...HOT })
    staged.host.load = { running: 0, waiting: 0 }
    await staged.stage.clock.advance(120_000)
    expect(staged.host.restarts).toHaveLength(1)
    expect([nameInForce(), mdnsInForce()]).toEqual(['after', 'full'])
  })

  it('is not made when the file no longer needs it', async () => {
    staged.host.load = { running: 1, waiting: 0 }
    await staged.save(RESTART)
    await staged.save(HOT)
    staged.host.load = { running: 0, waiting: 0 }
    await staged.stage.clock.advance(120_000)
    expect(staged.host.restarts).toEqual([])
    expect(nameInForce()).toBe('after')
    expect(staged.said).toContain('info config reload: the restart is not needed any more')
  })

  it('that somebody asked for is made although the file needs none', async () => {
    const scheduled = await staged.reload.restartNow(1_000)
    expect(scheduled).toMatchObject({ delayMs: 1_000 })
    await staged.save(HOT, 2_000)
    expect(staged.host.restarts).toHaveLength(1)
    expect(nameInForce()).toBe('after')
  })

  it('by hand brings what is pending into force', async () => {
    await staged.save(withMode('hot', RESTART))
    expect(staged.reload.health.pendingRestart).toEqual(['discovery.mdns.mode'])
    await staged.reload.restartNow(0)
    await staged.stage.clock.advance(100)
    expect(mdnsInForce()).toBe('full')
    expect(staged.reload.health.pendingRestart).toEqual([])
  })

  it('by hand with a broken file is refused out loud', async () => {
    staged.source.put('{ broken')
    expect(await staged.reload.restartNow(0)).toBeNull()
    await staged.stage.clock.advance(0)
    expect(staged.host.restarts).toEqual([])
    expect(staged.said).toEqual([
      'warn config reload: restart refused, the file is not valid; keeping the running config',
    ])
  })

  it('two keep 30 s apart', async () => {
    await staged.save(RESTART)
    await staged.save({ discovery: { mdns: { mode: 'off' } } })
    expect(staged.host.restarts).toHaveLength(1)
    await staged.stage.clock.advance(30_000)
    expect(staged.host.restarts).toHaveLength(2)
    expect(mdnsInForce()).toBe('off')
  })

  it('a file that changes while it is made is judged by the instance that comes up', async () => {
    let over: () => void = () => undefined
    staged.host.until = new Promise((resolve) => {
      over = resolve
    })
    await staged.save(RESTART)
    expect(staged.host.restarts).toHaveLength(1)
    await staged.save({ ...RESTART, ...HOT }, 5_000)
    expect(nameInForce()).toBe('before')
    over()
    await staged.stage.clock.advance(60_000)
    expect(staged.host.restarts).toHaveLength(1)
    expect([nameInForce(), mdnsInForce()]).toEqual(['after', 'full'])
  })
})

describe('a file that the gateway cannot start with', () => {
  it('is refused before anything stops, and not tried again until it changes', async () => {
    staged.host.refusal = 'port 1 is taken'
    await staged.save(RESTART)
    expect(staged.said).toEqual(['warn config reload: restart refused, port 1 is taken; keeping the running config'])
    expect(staged.reload.health.lastError).toContain('port 1 is taken')
    expect(staged.host.note).toBe('port 1 is taken')
    staged.host.refusal = null
    await staged.reload.now()
    await staged.stage.clock.advance(60_000)
    expect(staged.host.preflights).toHaveLength(1)
    await staged.save({ ...RESTART, ...HOT })
    expect(staged.host.restarts).toHaveLength(1)
    expect(staged.reload.health.lastError).toBeNull()
    expect(staged.host.note).toBeNull()
  })

  it('is tried again when another file stood in between', async () => {
    staged.host.refusal = 'port 1 is taken'
    await staged.save(RESTART)
    await staged.save('{ broken')
    staged.host.refusal = null
    await staged.save(RESTART)
    expect(staged.host.restarts).toHaveLength(1)
  })

  it('is rolled back, kept aside until it changes, and shown', async () => {
    staged.host.outcome = { kind: 'rolled-back', reason: 'no database' }
    await staged.save(RESTART)
    expect(staged.host.restarts).toHaveLength(1)
    expect(mdnsInForce()).not.toBe('full')
    expect(staged.reload.health.lastError).toContain('no database')
    expect(staged.host.note).toBe('no database')
    expect(staged.said.at(-1)).toMatch(/^error .*did not start with the new config \(no database\)/)
    await staged.reload.now()
    await staged.stage.clock.advance(120_000)
    expect(staged.host.restarts).toHaveLength(1)
    expect(staged.reload.health.lastError).toContain('no database')
  })

  it('returning to what runs clears the error', async () => {
    staged.host.refusal = 'port 1 is taken'
    await staged.save(RESTART)
    await staged.save({ ui: { assistant: { name: 'before' } } })
    expect(staged.reload.health.lastError).toBeNull()
    expect(staged.said.at(-1)).toBe('info config reload: file is valid again')
  })
})

describe('what was taken over whole', () => {
  it('is told to the host, so that a start with the last good config finds it', async () => {
    await staged.save(HOT)
    expect(staged.host.adoptions.map(({ hash }) => hash)).toEqual([(await staged.source.read()).hash])
    await staged.save(withMode('hot', { ...HOT, discovery: RESTART.discovery }))
    expect(staged.host.adoptions).toHaveLength(1)
  })
})
