import { Agent, request } from 'node:http'
import { cpuOf } from '../process-facts.mjs'
import { summary } from './workloads.mjs'

const agent = new Agent({ keepAlive: true })
/** The first piece of an answer that says something; the role alone comes with an empty one. */
const FIRST_WORD = /"content":"[^"]/
const DONE = 'data: [DONE]'

/**
 * Asks for `count` streams at once and reads them to their ends. `cpuUs` is the CPU time of the process `pid` for each
 * stream; `firstWordMs` the time from the request to the first word, at the median and for the slowest hundredth.
 */
export async function httpStreams({ url, token, model, count, pid }) {
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Tell me a story' }] })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const cpuBefore = cpuOf(pid)
  const begun = performance.now()
  const streams = await Promise.all(Array.from({ length: count }, () => stream(url, headers, body)))
  const cpu = cpuOf(pid) - cpuBefore
  const elapsed = performance.now() - begun
  const whole = streams.map(({ wholeMs }) => wholeMs)
  const first = summary(
    count,
    0,
    elapsed,
    streams.map(({ firstMs }) => firstMs),
  )
  return { ...summary(count, cpu, elapsed, whole), firstWordMs: { p50: first.p50Ms, p99: first.p99Ms } }
}

function stream(url, headers, body) {
  return new Promise((resolve, reject) => {
    const sentAt = performance.now()
    const outgoing = request(url, { method: 'POST', agent, headers })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      let firstMs = null
      let tail = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (text) => {
        if (firstMs === null && FIRST_WORD.test(text)) firstMs = performance.now() - sentAt
        tail = (tail + text).slice(-200)
      })
      incoming.on('error', reject)
      incoming.on('end', () => {
        const isWhole = incoming.statusCode === 200 && firstMs !== null && tail.includes(DONE)
        if (isWhole) resolve({ firstMs, wholeMs: performance.now() - sentAt })
        else reject(new Error(`a stream ended with ${incoming.statusCode}: ${tail}`))
      })
    })
    outgoing.end(body)
  })
}
