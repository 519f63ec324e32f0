import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GatewayClient } from '../../src/application/ports/gateway-client.js'
import { soundHistory } from '../../src/domain/session/hygiene.js'
import { providerRules } from '../../src/domain/session/hygiene-rules.js'
import { type TranscriptEntry, type TranscriptMessage, textOf } from '../../src/domain/session/transcript.js'
import { SeededRandom } from '../contracts/transport/seeded-random.js'
import { CliHome } from './harness/cli-home.js'
import { waitFor } from './harness/conversation.js'

/* 200 points by hand: MAYROS_CRASH_POINTS=200 npx vitest run test/journeys/crash-matrix.test.ts */
const POINTS = Number(process.env.MAYROS_CRASH_POINTS ?? 8)
const SEED = Number(process.env.MAYROS_CRASH_SEED ?? 7)
const SESSIONS = ['main', 'left', 'right']
const MESSAGES = 9
const LATEST_CRASH_MS = 160

/** One message; its mark stands in its text and nowhere else. */
interface Said {
  readonly runId: string
  readonly mark: string
  readonly session: string
  isAccepted: boolean
}

describe(`a gateway that is killed at ${POINTS} random points of runs with tools and queued messages`, () => {
  const random = new SeededRandom(SEED)
  const home = new CliHome()
  const said: Said[] = []
  let transcripts: ReadonlyMap<string, readonly TranscriptMessage[]>

  beforeAll(
    async () => {
      await home.configure({ gateway: { mode: 'local' }, session: { reset: { mode: 'idle', idleMinutes: 100_000 } } })
      for (let point = 0; point < POINTS; point++) await livesAndDies(point)
      const last = await home.gateway()
      const client = await last.connect()
      for (const { runId, isAccepted } of said) if (isAccepted) await waitFor(client, runId)
      expect(await last.stop()).toMatchObject({ code: 0 })
      transcripts = readTranscripts()
    },
    POINTS * 3_000 + 60_000,
  )

  afterAll(() => home.dispose())

  async function livesAndDies(point: number): Promise<void> {
    const gateway = await home.gateway()
    const client = await gateway.connect()
    for (let index = 0; index < MESSAGES; index++) say(client, `${point}-${index}`)
    await pause(random.between(0, LATEST_CRASH_MS))
    await gateway.crash()
  }

  /** Sends and does not wait; remembers whether the gateway said that it has it. */
  function say(client: GatewayClient, name: string): void {
    const mark = `<${name}>`
    const session = random.pick(SESSIONS)
    const one: Said = { runId: `run-${name}`, mark, session, isAccepted: false }
    said.push(one)
    const key = { sessionKey: session, message: textFor(mark), idempotencyKey: one.runId }
    const sent = client.call(random.chance(0.3) ? 'chat.send' : 'agent', key)
    sent.then(
      () => {
        one.isAccepted = true
      },
      () => one.isAccepted,
    )
  }

  function textFor(mark: string): string {
    return random.pick([
      `plain ${mark}`,
      `/echo slow 3ms one two three ${mark}`,
      `/echo call session_status {"note":"${mark}"}`,
      `/echo call write {"path":"a.txt","content":"${mark}"}\nread {"path":"a.txt"}`,
    ])
  }

  function readTranscripts(): ReadonlyMap<string, readonly TranscriptMessage[]> {
    const database = new Database(join(home.stateDir, 'mayros.db'), { readonly: true })
    try {
      expect(database.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' })
      const rows = database
        .prepare(
          'SELECT s.key AS key, t.entry AS entry FROM transcript_entries t JOIN sessions s USING (session_id) ORDER BY s.key, t.seq',
        )
        .all() as { key: string; entry: string }[]
      const byKey = new Map<string, TranscriptMessage[]>()
      for (const { key, entry } of rows) {
        byKey.set(key, [...(byKey.get(key) ?? []), (JSON.parse(entry) as TranscriptEntry).message])
      }
      return byKey
    } finally {
      database.close()
    }
  }

  const wordsOf = (session: string) =>
    (transcripts.get(`agent:main:${session}`) ?? [])
      .filter((message) => message.role === 'user')
      .map((message) => textOf(message))
      .join('\n')

  it('has accepted messages, and others that it never got', () => {
    expect(said.filter(({ isAccepted }) => isAccepted).length).toBeGreaterThan(POINTS)
  })

  it('keeps every message that it accepted, once, in the session it was for', () => {
    const wrong = said.filter(({ mark, session, isAccepted }) => {
      const times = wordsOf(session).split(mark).length - 1
      return isAccepted ? times !== 1 : times > 1
    })
    expect(wrong).toEqual([])
  })

  it('keeps them in the order they came', () => {
    for (const session of SESSIONS) {
      const words = wordsOf(session)
      const places = said
        .filter((one) => one.session === session && one.isAccepted)
        .map(({ mark }) => words.indexOf(mark))
      expect(places).toEqual([...places].sort((one, other) => one - other))
    }
  })

  it('has transcripts that every provider can be sent', () => {
    for (const messages of transcripts.values()) {
      for (const kind of ['anthropic-messages', 'openai-completions'] as const) {
        const sound = soundHistory(messages, providerRules(kind, true))
        const asked = sound.flatMap((message) => (message.role === 'assistant' ? callsIn(message) : []))
        const answered = sound.flatMap((message) => (message.role === 'toolResult' ? [message.toolCallId] : []))
        expect(answered).toEqual(asked)
        expect(soundHistory(sound, providerRules(kind, true))).toEqual(sound)
      }
    }
  })
})

function callsIn({ content }: { readonly content: readonly { readonly type: string }[] }): readonly string[] {
  return content.flatMap((block) => (block.type === 'toolCall' ? [(block as unknown as { id: string }).id] : []))
}
