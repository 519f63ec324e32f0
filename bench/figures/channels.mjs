import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHILD = fileURLToPath(new URL('../servers/chatting-gateway.mjs', import.meta.url))
const ACCOUNTS = 100

/** Messages of chat networks that exist in memory, answered by a model that takes no time, and kept in a database on the disk. */
export const channels = {
  name: 'channels',
  engines: ['any'],
  async measure({ dist, rounds, report }) {
    const messages = rounds === 1 ? 1_000 : 10_000
    const said = execFileSync(process.execPath, [CHILD, resolve(dist), `${ACCOUNTS}`, `${messages}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1e7,
    })
    const { cpuUs, seconds, peakBytes, grownBytes, answered, doubled } = JSON.parse(said)
    const about = `${ACCOUNTS} accounts, ${messages} messages in: `
    const row = (figure, unit, ours, limit) => report({ figure: about + figure, engine: '-', unit, ours, limit })
    row('a message, from the network to its answer', 'us CPU', {
      cpuUs: cpuUs / messages,
      perSecond: messages / seconds,
    })
    row('RSS, at the peak', 'MB', { value: peakBytes / 1e6 })
    row('RSS, growth', 'MB', { value: grownBytes / 1e6 })
    row('messages without an answer', 'messages', { value: messages - answered }, '0')
    row('messages answered twice', 'messages', { value: doubled }, '0')
  },
}
