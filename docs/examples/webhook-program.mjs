/*
 * A program on the other side of `channels.webhook`: reads lines from stdin, sends them as messages of one person, and
 * prints what the agent answers. Variables: WEBHOOK_SECRET, GATEWAY (http://127.0.0.1:18789), PORT (8080), PERSON (ann).
 *
 *   mayros channels add --channel webhook --reply-url http://127.0.0.1:8080/ --secret <secret> --no-verify
 *   WEBHOOK_SECRET=<secret> node webhook-program.mjs
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'

const { WEBHOOK_SECRET = '', GATEWAY = 'http://127.0.0.1:18789', PORT = '8080', PERSON = 'ann' } = process.env
const FIVE_MINUTES = 300

function signature(timestamp, body) {
  return `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(`${timestamp}.${body}`).digest('hex')}`
}

function isFromGateway({ headers }, body) {
  const timestamp = headers['x-mayros-timestamp'] ?? ''
  const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < FIVE_MINUTES
  const [shown, right] = [headers['x-mayros-signature'] ?? '', signature(timestamp, body)].map((text) => Buffer.from(text))
  return isFresh && shown.length === right.length && timingSafeEqual(shown, right)
}

/** Ids of answers that were printed: an answer whose receipt was lost comes again with the same id. */
const printed = new Set()

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('utf8')
  if (!isFromGateway(request, body)) return response.writeHead(401).end()
  const message = JSON.parse(body)
  if (message.type === 'message' && !printed.has(message.id)) {
    printed.add(message.id)
    console.log(message.text)
  }
  // Pings, and whatever may come later, are answered the same way.
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: message.id }))
})

/** Sends one message, as often as it takes: with the same id it counts once. */
async function say(text) {
  const body = JSON.stringify({ id: randomUUID(), sender: { id: PERSON, name: PERSON }, text })
  for (;;) {
    const timestamp = String(Math.floor(Date.now() / 1000))
    const headers = {
      'content-type': 'application/json',
      'x-mayros-timestamp': timestamp,
      'x-mayros-signature': signature(timestamp, body),
    }
    const answer = await fetch(`${GATEWAY}/channels/webhook/default`, { method: 'POST', body, headers }).catch(() => null)
    if (answer?.ok) return
    if (answer !== null && answer.status < 500) throw new Error(`${answer.status} ${await answer.text()}`)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

server.listen(Number(PORT), '127.0.0.1', async () => {
  console.error(`listening on ${server.address().port}`)
  for await (const line of createInterface({ input: process.stdin })) if (line.trim() !== '') await say(line)
})
