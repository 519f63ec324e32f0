import { WebSocket } from 'ws'
import { connectText, createDevice } from '../load/device.mjs'
import { startGateway } from '../processes.mjs'

/** Two samples of one distribution give a |t| above this once in about 15,000 times. */
const SUSPICIOUS_T = 4

/**
 * Whether the time of a refusal tells how much of a guessed token is right: tokens that differ in the first character
 * against tokens that differ in the last, turn by turn over the wire, compared by Welch's t-test.
 */
export const secretTiming = {
  name: 'secret-timing',
  engines: ['uws', 'ws'],
  async measure({ cli, engine, seconds, report }) {
    const gateway = await startGateway(cli, { engine })
    try {
      const { token } = gateway.target
      const guesses = [`${other(token[0])}${token.slice(1)}`, `${token.slice(0, -1)}${other(token.at(-1))}`]
      const device = createDevice()
      const samples = [[], []]
      const until = performance.now() + seconds * 4_000
      for (let turn = 0; performance.now() < until; turn++) {
        const which = turn % 2
        const tookUs = await refusalTime(gateway.target, device, guesses[which])
        if (turn >= 200) samples[which].push(tookUs)
      }
      const [early, late] = samples.map(trimmed)
      const t = welch(early, late)
      report({
        figure: `Welch's t of wrong tokens: first against last character, ${early.length + late.length} tries`,
        engine: gateway.name,
        unit: '',
        ours: { value: Math.abs(t) },
        limit: `<= ${SUSPICIOUS_T}`,
      })
    } finally {
      await gateway.stop()
    }
  },
}

function other(character) {
  return character === 'a' ? 'b' : 'a'
}

/** Microseconds from the `connect` request to its refusal. */
function refusalTime({ host, port, scopes }, device, token) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${host}:${port}`)
    let sentAt
    socket.on('error', reject)
    socket.on('message', (data) => {
      if (sentAt !== undefined) {
        resolve((performance.now() - sentAt) * 1000)
        socket.terminate()
        return
      }
      const { nonce } = JSON.parse(data).payload
      const text = connectText(device, { token, nonce, scopes })
      sentAt = performance.now()
      socket.send(text)
    })
  })
}

/** Without the slowest tenth, which tells of the machine and not of the gateway. */
function trimmed(sample) {
  return sample.sort((a, b) => a - b).slice(0, Math.floor(sample.length * 0.9))
}

function welch(one, two) {
  const [a, b] = [one, two].map((sample) => {
    const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length
    const variance = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sample.length - 1)
    return { mean, error: variance / sample.length }
  })
  return (a.mean - b.mean) / Math.sqrt(a.error + b.error)
}
