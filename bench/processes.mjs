/* The processes of a measurement: the gateway, the bare server, the model and the load. Each is stopped by its owner. */
import { fork, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const SCOPES = ['operator.admin']
const TOKEN = 'bench-token-bench-token-bench-token'
const START_PATIENCE_MS = 20_000
/** An order that takes longer hangs; the load is ended and the figure fails. */
const ORDER_PATIENCE_MS = 120_000

/** A home with a configured gateway, removed by `remove`. */
export function createHome(config = {}) {
  const home = mkdtempSync(join(tmpdir(), 'mayros-bench-'))
  mkdirSync(join(home, '.mayros'))
  const gateway = { mode: 'local', auth: { token: TOKEN }, ...config.gateway }
  const text = JSON.stringify({ ...config, gateway })
  writeFileSync(join(home, '.mayros', 'mayros.json'), text, { mode: 0o600 })
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) }
}

let nodeOptions = []

/** From now on every gateway leaves a CPU profile in this directory when it ends. */
export function profileInto(directory) {
  nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${directory}`]
}

/** Spawns the built gateway and returns at once. */
export function spawnGateway(cli, { home, engine, port = 0 }) {
  const variables = Object.entries(process.env).filter(([name]) => !/^(MAYROS|OPENCLAW|[A-Z]+_API_KEY)/.test(name))
  return spawn(process.execPath, [...nodeOptions, cli, 'gateway', '--port', String(port)], {
    env: { ...Object.fromEntries(variables), HOME: home, MAYROS_ENGINE: engine },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/**
 * Starts the gateway and waits until it says where it listens. `prepared` is the home it gets, which goes with it;
 * absent = a new one.
 */
export async function startGateway(cli, { engine, config, prepared = createHome(config) }) {
  const { home, remove } = prepared
  const child = spawnGateway(cli, { home, engine })
  const said = await outputUntil(child, /ready in/)
  const port = Number(/ws:\/\/127\.0\.0\.1:(\d+)/.exec(said)[1])
  return {
    name: /network engine (\S+ ?[\d.]*)/.exec(said)?.[1].trim() ?? engine,
    pid: child.pid,
    home,
    target: targetAt(port),
    stop: async () => {
      await ended(child)
      remove()
    },
  }
}

export function targetAt(port) {
  return { host: '127.0.0.1', port, token: TOKEN, scopes: SCOPES }
}

function outputUntil(child, pattern) {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => reject(new Error(`the gateway did not start:\n${said}`)), START_PATIENCE_MS)
    const hear = (piece) => {
      said += piece
      if (!pattern.test(said)) return
      clearTimeout(timer)
      resolve(said)
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.on('exit', (code) => reject(new Error(`the gateway ended with ${code}:\n${said}`)))
  })
}

export function ended(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.on('exit', resolve)
    child.kill('SIGTERM')
  })
}

/** Starts the bare server. `tell` hands it what it answers with. */
export async function startBare(engine) {
  const child = forked('servers/bare.mjs', [engine])
  const { port } = await message(child)
  return {
    pid: child.pid,
    target: targetAt(port),
    tell: (facts) => {
      child.send(facts)
      return message(child)
    },
    stop: () => ended(child),
  }
}

export async function startModel() {
  const child = forked('servers/model.mjs', [])
  const { port } = await message(child)
  return { url: `http://127.0.0.1:${port}/v1`, pid: child.pid, stop: () => ended(child) }
}

/** Starts a load process; `order(name, details)` resolves with its result. */
export function startLoad() {
  const child = forked('load/main.mjs', [])
  const waiting = new Map()
  let lastId = 0
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) resolve(result)
    else reject(new Error(error))
  })
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the load process ended'))
  })
  return {
    order: (order, details) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => child.kill('SIGKILL'), ORDER_PATIENCE_MS)
        const settled = (settle) => (value) => {
          clearTimeout(timer)
          settle(value)
        }
        waiting.set(++lastId, { resolve: settled(resolve), reject: settled(reject) })
        child.send({ id: lastId, order, details })
      }),
    stop: () => ended(child),
  }
}

function forked(path, parameters) {
  return fork(fileURLToPath(new URL(path, import.meta.url)), parameters, { serialization: 'advanced' })
}

function message(child) {
  return new Promise((resolve, reject) => {
    const gone = (code) => reject(new Error(`a bench process ended with ${code}`))
    child.once('exit', gone)
    child.once('message', (told) => {
      child.off('exit', gone)
      resolve(told)
    })
  })
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
