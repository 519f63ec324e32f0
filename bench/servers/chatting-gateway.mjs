/*
 * node chatting-gateway.mjs <dist> <accounts> <messages>: one gateway with so many accounts of a chat network in memory;
 * people on all of them write at once. Prints one JSON object.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [dist, accountCount, messageCount] = process.argv.slice(2)
const { createGateway, tokens } = await import(pathToFileURL(join(dist, 'index.js')).href)
const { MemoryChannel } = await import(pathToFileURL(join(dist, 'testing.js')).href)

const WARM_UP = 500
const PEOPLE = 10

const home = mkdtempSync(join(tmpdir(), 'mayros-bench-'))
const ids = Array.from({ length: Number(accountCount) }, (_, nr) => `a${nr}`)
const channels = ids.map((accountId) => new MemoryChannel({ id: 'irc', label: 'IRC', accountId }))
/** Answers with the last line of the question. */
const parrot = {
  models: () => [{ id: 'parrot', name: 'Parrot', provider: 'bench' }],
  async *answer({ message }) {
    yield { type: 'text', delta: `You ${message.slice(message.lastIndexOf('\n') + 1)}` }
    yield { type: 'finish', stopReason: 'stop', provider: 'bench', model: 'parrot' }
  },
}
const gateway = createGateway({
  stateDir: home,
  engine: 'ws',
  config: {
    agents: { defaults: { maxConcurrent: 32, workspace: join(home, 'workspace') } },
    session: { dmScope: 'per-account-channel-peer' },
    messages: { queue: { mode: 'followup', cap: 100_000 } },
    channels: {
      irc: { dmPolicy: 'open', allowFrom: ['*'], accounts: Object.fromEntries(ids.map((id) => [id, {}])) },
    },
  },
  modules: [
    (bindings) => {
      bindings.constant(tokens.channels, channels)
      bindings.constant(tokens.agentRunner, parrot)
    },
  ],
})
await gateway.start()

let peakBytes = 0
const watch = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
}, 50)

const answersOf = () => channels.reduce((sum, { room }) => sum + room.shown.length, 0)

/** Everybody writes as fast as the gateway takes it; resolves when as many answers are there. */
async function say(count, name) {
  const before = answersOf()
  const each = async (channel, nr) => {
    for (let at = nr; at < count; at += channels.length) {
      const person = `p${Math.floor(at / channels.length) % PEOPLE}`
      await channel.write({ text: `${name} ${at}`, sender: { id: person }, messageId: `${name}-${at}` })
    }
  }
  await Promise.all(channels.map(each))
  const deadline = Date.now() + 240_000
  while (answersOf() - before < count && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5))
}

await say(WARM_UP, 'warm')
const rssBefore = process.memoryUsage.rss()
const cpuBefore = process.cpuUsage()
const startedAt = performance.now()
await say(Number(messageCount), 'said')
const seconds = (performance.now() - startedAt) / 1000
const { user, system } = process.cpuUsage(cpuBefore)
const texts = channels.flatMap(({ room }) => room.texts.filter((text) => text.startsWith('You said ')))
const answered = new Set(texts).size
clearInterval(watch)
await gateway.stop(1_000)
rmSync(home, { recursive: true, force: true })
console.log(
  JSON.stringify({
    cpuUs: user + system,
    seconds,
    peakBytes,
    grownBytes: process.memoryUsage.rss() - rssBefore,
    answered,
    doubled: texts.length - answered,
  }),
)
