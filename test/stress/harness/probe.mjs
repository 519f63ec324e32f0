/*
 * Loaded into the gateway under test before its own code (`node --import`): tells over a Unix socket what a look from
 * outside cannot see. Every answer is preceded by a full garbage collection, so that only what is still held counts.
 */
import { readdirSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { queryObjects, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

const place = process.env.MAYROS_STRESS_PROBE
const COLLECTIONS = 3

if (isMainThread && place) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const sample = setTimeout(() => undefined, 0)
  const Timeout = sample.constructor
  clearTimeout(sample)

  /** One of them is always the probe's own. */
  const openSockets = () => readdirSync('/proc/self/fd').filter(isSocket).length

  const memory = (collections) => {
    for (let times = 0; times < collections; times++) collect()
    const { heapUsed, rss } = process.memoryUsage()
    return { heapBytes: heapUsed, residentBytes: rss }
  }
  /** Counting objects stops everything for up to a second. */
  const look = () => ({
    ...memory(COLLECTIONS),
    timers: queryObjects(Timeout, { format: 'count' }),
    openSockets: openSockets(),
  })
  createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (word) => socket.end(JSON.stringify(String(word) === 'look' ? look() : memory(1))))
  })
    .listen(place)
    .unref()
}

function isSocket(descriptor) {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:')
  } catch (thrown) {
    // The directory itself was open while it was read.
    if (thrown.code === 'ENOENT') return false
    throw thrown
  }
}
