import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayClient } from '../../../src/application/ports/gateway-client.js'
import { ClientFailure } from '../../../src/application/ports/gateway-client.js'
import type { CliHome } from './cli-home.js'
import type { RunningGateway } from './running-gateway.js'
import { PATIENCE_MS, until } from './until.js'

/** A random number from 0 to 1 (exclusive), the same row for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Somebody who asks one question after the other, and asks again with the same key when the line breaks. */
export class Talker {
  /** Every question, in the order in which it was first asked; each was answered. */
  readonly asked: string[] = []
  /** What should not have happened. */
  readonly complaints: string[] = []
  restartsSeen = 0
  readonly sessionKey: string
  readonly #name: string
  readonly #gateway: RunningGateway
  readonly #random: () => number
  #client: GatewayClient | null = null
  #heardShutdown = false

  constructor(gateway: RunningGateway, name: string, random: () => number) {
    this.#gateway = gateway
    this.#name = name
    this.#random = random
    this.sessionKey = `agent:main:${name}`
  }

  async talkUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const question = `${this.#name} question ${this.asked.length}`
      this.asked.push(question)
      await this.#settle(question, `${this.#name}-${this.asked.length}`)
      await pause(20 + this.#random() * 150)
    }
  }

  /** What the gateway remembers of the conversation: role and text. */
  async history(): Promise<readonly { readonly role: string; readonly text: string }[]> {
    const client = await this.#connected()
    const { messages } = await client.call<{ messages: { role: string; content: { text?: string }[] }[] }>(
      'chat.history',
      { sessionKey: this.sessionKey, limit: 1_000 },
    )
    return messages.map(({ role, content }) => ({ role, text: content.map(({ text }) => text ?? '').join('') }))
  }

  async #settle(question: string, idempotencyKey: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    const message = this.#random() < 0.3 ? `/echo slow 40ms ${question} in many more words than that` : question
    for (;;) {
      try {
        const client = await this.#connected()
        const params = { message, idempotencyKey, sessionKey: this.sessionKey }
        const { status } = await client.call<{ status: string }>('agent', params, {
          expectFinal: true,
          timeoutMs: PATIENCE_MS,
        })
        if (status !== 'ok') this.complaints.push(`${question}: ${status}`)
        return
      } catch (thrown) {
        if (!isOfRestart(thrown)) this.complaints.push(`${question}: ${String(thrown)}`)
        if (Date.now() > deadline) throw new Error(`${question} was never answered: ${String(thrown)}`)
        await pause(20)
      }
    }
  }

  async #connected(): Promise<GatewayClient> {
    if (this.#client !== null) return this.#client
    const client = await this.#gateway.connect()
    this.#client = client
    this.#heardShutdown = false
    client.on('shutdown', () => {
      this.#heardShutdown = true
      this.restartsSeen += 1
    })
    void client.closed.then(({ code, reason }) => {
      if (this.#client === client) this.#client = null
      if (code === 1000 || code === 1005) return
      if (code !== 1012) this.complaints.push(`closed with ${code} ${reason}`)
      else if (!this.#heardShutdown) this.complaints.push('closed with 1012 and was not told before')
    })
    return client
  }
}

/** What a client may meet while the gateway restarts: the line breaks, or the gateway asks it to come back. */
function isOfRestart(thrown: unknown): boolean {
  if (!(thrown instanceof ClientFailure)) return false
  if (thrown.code === 'rpc') return thrown.rpc?.code === 'UNAVAILABLE' && thrown.rpc.retryable === true
  return thrown.code === 'closed' || (thrown.code === 'unreachable' && !String(thrown).includes('refused'))
}

export type EditKind = 'hot' | 'restart' | 'invalid' | 'half-written' | 'deleted' | 'unreadable'

/** An operator with an editor and little patience. */
export class RestlessEditor {
  readonly made = new Map<EditKind, number>()
  readonly #path: string
  readonly #random: () => number
  readonly #kinds: readonly EditKind[]
  #count = 0
  #hot = 'edit 0'
  #variable = 'edit 0'

  constructor(home: CliHome, random: () => number, kinds: readonly EditKind[]) {
    this.#path = home.configPath
    this.#random = random
    this.#kinds = kinds
  }

  async edit(): Promise<void> {
    this.#count += 1
    const kind = this.#kinds[Math.floor(this.#random() * this.#kinds.length)] as EditKind
    this.made.set(kind, (this.made.get(kind) ?? 0) + 1)
    switch (kind) {
      case 'hot':
        this.#hot = `edit ${this.#count}`
        this.#replace(this.#valid())
        break
      case 'restart':
        this.#variable = `edit ${this.#count}`
        this.#replace(this.#valid())
        break
      case 'invalid':
        this.#replace(JSON.stringify({ gateway: { port: 'many', reload: {} } }))
        break
      case 'half-written': {
        this.#hot = `edit ${this.#count}`
        const text = this.#valid()
        writeFileSync(this.#path, text.slice(0, Math.floor(text.length * this.#random())))
        await pause(this.#random() * 300)
        writeFileSync(this.#path, text)
        break
      }
      case 'deleted':
        rmSync(this.#path, { force: true })
        await pause(this.#random() * 600)
        this.#replace(this.#valid())
        break
      case 'unreadable':
        chmodSync(this.#path, 0o000)
        await pause(this.#random() * 400)
        chmodSync(this.#path, 0o600)
        break
    }
  }

  /** Leaves the file valid, other than it ever was. */
  finish(): void {
    this.#hot = 'the end'
    this.#replace(this.#valid())
  }

  get lastName(): string {
    return this.#hot
  }

  #valid(): string {
    return JSON.stringify(
      {
        gateway: { mode: 'local', reload: { debounceMs: 50, deferMs: 300 } },
        env: { vars: { CHAOS: this.#variable } },
        agents: { list: [{ id: 'main', name: this.#hot }] },
      },
      null,
      2,
    )
  }

  /** Half the editors write into the file, the others put another one in its place. */
  #replace(text: string): void {
    if (this.#random() < 0.5) {
      writeFileSync(this.#path, text, { mode: 0o600 })
      return
    }
    writeFileSync(`${this.#path}.new`, text, { mode: 0o600 })
    renameSync(`${this.#path}.new`, this.#path)
  }
}

export interface ChaosOutcome {
  readonly talkers: readonly Talker[]
  readonly editor: RestlessEditor
  readonly gateway: RunningGateway
  readonly restarts: number
}

/** Lets people talk while somebody edits the configuration; returns when the last edit is in force and all is quiet. */
export async function liveThroughEdits(
  home: CliHome,
  facts: { readonly edits: number; readonly clients: number; readonly seed: number; readonly pauseMs: number },
): Promise<ChaosOutcome> {
  const random = seeded(facts.seed)
  const isRoot = process.getuid?.() === 0
  if (isRoot) console.info('no edit takes the permission to read away: root may read everything')
  const kinds: EditKind[] = ['hot', 'hot', 'restart', 'invalid', 'half-written', 'deleted']
  const editor = new RestlessEditor(home, random, isRoot ? kinds : [...kinds, 'unreadable'])
  await home.configure({
    gateway: { mode: 'local', auth: { token: 'chaos' }, reload: { debounceMs: 50, deferMs: 300 } },
  })
  const gateway = await home.gateway(['--token', 'chaos'], {
    env: { MAYROS_RESTART_COOLDOWN_MS: '300', MAYROS_GATEWAY_TOKEN: 'chaos' },
  })
  let isOver = false
  const talkers = Array.from(
    { length: facts.clients },
    (_, index) => new Talker(gateway, `client${index}`, seeded(facts.seed + index)),
  )
  const talking = Promise.all(talkers.map((talker) => talker.talkUntil(() => isOver)))
  for (let made = 0; made < facts.edits; made += 1) {
    await editor.edit()
    await pause(random() * facts.pauseMs)
    if (gateway.process.end !== null) throw new Error(`the gateway ended:\n${gateway.process.stderr}`)
  }
  editor.finish()
  await until('the last edit to be in force', () => isInForce(gateway, home, editor.lastName))
  isOver = true
  await talking
  const restarts = gateway.process.stdout.match(/restarted in process/g)?.length ?? 0
  return { talkers, editor, gateway, restarts }
}

/** The gateway runs on what the file says, and nothing waits. */
async function isInForce(gateway: RunningGateway, home: CliHome, name: string): Promise<boolean> {
  try {
    const client = await gateway.connect()
    const { agents } = await client.call<{ agents: { name?: string }[] }>('agents.list', {})
    const { hash } = await client.call<{ hash: string }>('config.get', {})
    await client.call('health', {})
    const { config } = await client.call<{ config: { hash: string; lastError: string | null } }>('health', {})
    await client.close()
    const isNamed = agents[0]?.name === name && readFileSync(home.configPath, 'utf8').includes(name)
    return isNamed && config.hash === hash && config.lastError === null
  } catch (thrown) {
    if (thrown instanceof ClientFailure) return false
    throw thrown
  }
}
