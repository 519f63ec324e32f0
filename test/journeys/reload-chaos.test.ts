import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CliHome } from './harness/cli-home.js'
import { liveThroughEdits } from './harness/config-chaos.js'

let home: CliHome

beforeEach(() => {
  home = new CliHome()
})

afterEach(() => home.dispose())

const EDITS = Number(process.env.MAYROS_CHAOS_EDITS ?? 40)
const SEED = Number(process.env.MAYROS_CHAOS_SEED ?? 4)

describe('a configuration that is edited all the time', () => {
  it(
    `${EDITS} edits of every kind while 20 clients talk: each question is answered once, nobody is left alone`,
    async () => {
      const { talkers, gateway, restarts } = await liveThroughEdits(home, {
        edits: EDITS,
        clients: 20,
        seed: SEED,
        pauseMs: 400,
      })
      expect(talkers.flatMap(({ complaints }) => complaints)).toEqual([])
      for (const talker of talkers) {
        const told = await talker.history()
        const questions = told.filter(({ role }) => role === 'user').map(({ text }) => text)
        expect(questions).toHaveLength(talker.asked.length)
        for (const [index, question] of talker.asked.entries()) expect(questions[index]).toContain(question)
        expect(told.map(({ role }) => role)).toEqual(talker.asked.flatMap(() => ['user', 'assistant']))
      }
      expect(restarts).toBeGreaterThan(0)
      expect(Math.max(...talkers.map(({ restartsSeen }) => restartsSeen))).toBeGreaterThan(0)
      expect(gateway.process.end).toBeNull()
      expect((await gateway.stop()).code).toBe(0)
    },
    EDITS * 3_000,
  )
})
