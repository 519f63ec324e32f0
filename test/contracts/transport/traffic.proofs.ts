import assert from 'node:assert/strict'
import type { Connection } from '../../../src/application/ports/transport.js'
import { closure } from '../../../src/domain/protocol/close-codes.js'
import type { SeededRandom } from './seeded-random.js'
import type { Scene, Stage } from './stage.js'
import type { ContractClient } from './transport-harness.js'
import { pause, until, within } from './until.js'

const STEPS = 300
const CLIENTS = 6
const TOPICS = ['a', 'b', 'c']
const BYE = closure(4002, 'bye')

/** One client, what was meant for it, and what it said. */
interface Actor {
  readonly client: ContractClient
  readonly connection: Connection
  readonly topics: Set<string>
  readonly meant: string[]
  readonly said: string[]
  isPaused: boolean
  /** Which side has ended it; the client's end may cost it what is under way. */
  ended: 'no' | 'by-server' | 'cut'
}

/** Everything at once, in an order the seed decides; afterwards each side must have seen what the other meant. */
export async function randomTraffic(stage: Stage, random: SeededRandom): Promise<void> {
  const scene = await stage.serve()
  const actors: Actor[] = []
  for (let n = 0; n < CLIENTS; n++) actors.push(await enter(stage, scene))
  for (let step = 0; step < STEPS; step++) {
    const living = actors.filter((actor) => actor.ended === 'no')
    if (living.length < CLIENTS / 2) actors.push(await enter(stage, scene))
    else act(random, random.pick(living), actors, scene, step)
    if (random.chance(0.1)) await pause(random.between(0, 2))
  }
  for (const { client } of actors) client.resume()
  for (const [n, actor] of actors.entries()) await settle(actor, `client ${n}`, scene)
}

async function enter(stage: Stage, scene: Scene): Promise<Actor> {
  const { client, connection } = await stage.pair(scene)
  return { client, connection, topics: new Set(), meant: [], said: [], isPaused: false, ended: 'no' }
}

function act(random: SeededRandom, actor: Actor, all: readonly Actor[], scene: Scene, step: number): void {
  const { client, connection, topics } = actor
  const text = `${step} ${'x'.repeat(random.chance(0.05) ? random.between(10_000, 200_000) : random.between(0, 300))}`
  const topic = random.pick(TOPICS)
  const dice = random.next()
  if (dice < 0.3) {
    assert.notEqual(connection.send(text), 'dropped', 'a message to a client that is there was dropped')
    actor.meant.push(text)
  } else if (dice < 0.55) {
    scene.listener.publish(topic, text)
    // Who has just left may still be reached: the news travels, too.
    for (const other of all) if (other.ended !== 'by-server' && other.topics.has(topic)) other.meant.push(text)
  } else if (dice < 0.7) {
    connection.join(topic)
    topics.add(topic)
  } else if (dice < 0.76) {
    connection.leave(topic)
    topics.delete(topic)
  } else if (dice < 0.9) {
    client.send(text)
    actor.said.push(text)
  } else if (dice < 0.96) {
    if (actor.isPaused) client.resume()
    else client.pause()
    actor.isPaused = !actor.isPaused
  } else end(random, actor)
}

function end(random: SeededRandom, actor: Actor): void {
  const { client, connection } = actor
  const how = random.pick(['close', 'abort', 'leave', 'vanish'] as const)
  actor.ended = how === 'close' ? 'by-server' : 'cut'
  if (how === 'close') connection.close(BYE)
  if (how === 'abort') connection.abort()
  if (how === 'leave') client.close(1000)
  if (how === 'vanish') client.terminate()
}

async function settle(actor: Actor, name: string, scene: Scene): Promise<void> {
  const { client, connection, meant, said, ended } = actor
  const ends = () => scene.events.closes.filter((one) => one.connection === connection).length
  const heard = () => scene.events.receipts.filter((one) => one.connection === connection).map(({ data }) => data)
  if (ended === 'no') {
    await until(
      `all messages to ${name}`,
      () => client.messages.length >= meant.length,
      () => `${client.messages.length} of ${meant.length}`,
    )
    await until(`all messages of ${name}`, () => heard().length >= said.length)
    assert.equal(ends(), 0, `${name} was closed, though nobody ended it`)
  } else {
    const how = await within(`the end of ${name}`, client.closed)
    await until(`closed of ${name}`, () => ends() === 1)
    if (ended === 'by-server') assert.deepEqual(how, BYE, `what ${name} was told`)
  }
  const isWhole = ended !== 'cut'
  expectBeginning(client.messages, meant, isWhole, `messages to ${name}`)
  expectBeginning(heard(), said, ended === 'no', `messages of ${name}`)
}

function expectBeginning(
  seen: readonly (string | Uint8Array)[],
  meant: readonly string[],
  isWhole: boolean,
  what: string,
): void {
  for (const [n, data] of seen.entries()) {
    assert.equal(stepOf(data), stepOf(meant[n] ?? 'nothing'), `${what}: number ${n} is another one than was sent`)
    assert.ok(data === meant[n], `${what}: number ${n} was changed`)
  }
  if (isWhole) assert.equal(seen.length, meant.length, `${what}: how many arrived`)
}

function stepOf(data: string | Uint8Array): string {
  return `${data}`.split(' ', 1)[0] ?? ''
}
