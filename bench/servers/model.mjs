/*
 * A model provider that costs little: answers every POST with the same OpenAI-compatible stream, one chunk at a time.
 */
import { createServer } from 'node:http'

const CHUNKS = 40
const PAUSE_MS = 25

const chunk = (delta, finish = null) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`

const story = Array.from({ length: CHUNKS }, (_, at) => chunk({ content: `word${at} ` }))
const end =
  chunk({}, 'stop') +
  `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 10, completion_tokens: CHUNKS, total_tokens: 50 } })}\n\n` +
  'data: [DONE]\n\n'

const server = createServer((incoming, response) => {
  incoming.resume()
  incoming.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    let at = 0
    const timer = setInterval(() => {
      if (at < story.length) response.write(story[at++])
      else {
        clearInterval(timer)
        response.end(end)
      }
    }, PAUSE_MS)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('disconnect', () => process.exit())
