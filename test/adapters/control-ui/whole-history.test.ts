import { describe, expect, it } from 'vitest'
import type { HistoryMessage } from '../../../src/adapters/control-ui/views/chat/history-message.js'
import { wholeHistory } from '../../../src/adapters/control-ui/views/sessions/whole-history.js'

const message = (place: number): HistoryMessage => ({
  role: 'user',
  content: [{ type: 'text', text: `message ${place}` }],
  timestamp: place,
})

/** A conversation that grows by some messages with every page that is asked for, and pages that may be cut. */
function growing({ length, by = 0, most = Number.POSITIVE_INFINITY }: { length: number; by?: number; most?: number }) {
  let total = length
  return async ({ limit, skip }: { readonly limit: number; readonly skip: number }) => {
    const all = Array.from({ length: total }, (_, place) => message(place))
    const end = Math.max(0, total - skip)
    const messages = all.slice(Math.max(0, end - Math.min(limit, most)), end)
    const page = { messages, total, thinkingLevel: 'off' }
    total += by
    return page
  }
}

const places = (messages: readonly HistoryMessage[]) => messages.map(({ timestamp }) => timestamp)
const upTo = (length: number) => Array.from({ length }, (_, place) => place)

describe('wholeHistory', () => {
  it('reads everything, oldest first, however many pages it takes', async () => {
    for (const length of [0, 1, 499, 500, 501, 1_700]) {
      expect(places(await wholeHistory(growing({ length })))).toEqual(upTo(length))
    }
  })

  it('goes on where a page was cut because it was too big', async () => {
    expect(places(await wholeHistory(growing({ length: 1_200, most: 70 })))).toEqual(upTo(1_200))
  })

  it('neither loses nor doubles a message when others come meanwhile', async () => {
    const read = places(await wholeHistory(growing({ length: 1_200, by: 3 })))
    expect(read).toEqual(upTo(1_200))
  })

  it('ends when the conversation is reset meanwhile', async () => {
    let asked = 0
    const ask = growing({ length: 1_200 })
    const read = await wholeHistory(async (about) =>
      asked++ === 0 ? ask(about) : { messages: [], total: 0, thinkingLevel: 'off' },
    )
    expect(places(read)).toEqual(upTo(1_200).slice(700))
  })
})
