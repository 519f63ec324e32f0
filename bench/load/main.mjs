/* The process that makes the load: takes orders over IPC, one at a time, and answers each with its figures. */
import { converse, startEach } from './conversations.mjs'
import { httpStreams } from './http-streams.mjs'
import { openSessions } from './session.mjs'
import { call, callAll, fanOut, handshakes, record, rpc, runs } from './workloads.mjs'

const groups = new Map()

const orders = {
  async open({ group, target, count }) {
    const sessions = [...(groups.get(group) ?? []), ...(await openSessions(target, count))]
    groups.set(group, sessions)
    return sessions.length
  },
  close({ group }) {
    for (const session of groups.get(group) ?? []) session.cut()
    groups.delete(group)
  },
  rpc: ({ group, ...rest }) => rpc(groups.get(group), rest),
  handshakes: ({ target, ...rest }) => handshakes(target, rest),
  fanOut: ({ group, ...rest }) => fanOut(groups.get(group), rest),
  record: ({ group, ...rest }) => record(groups.get(group)[0], rest),
  runs: ({ group, ...rest }) => runs(groups.get(group)[0], rest),
  converse: ({ group, ...rest }) => converse(groups.get(group)[0], rest),
  startEach: ({ group, ...rest }) => startEach(groups.get(group)[0], rest),
  httpStreams: (details) => httpStreams(details),
  call: ({ group, ...rest }) => call(groups.get(group)[0], rest),
  callAll: ({ group, ...rest }) => callAll(groups.get(group)[0], rest),
  count: ({ group }) => groups.get(group).filter((session) => !session.isClosed).length,
}

process.on('message', async ({ id, order, details }) => {
  try {
    process.send({ id, result: await orders[order](details) })
  } catch (thrown) {
    process.send({ id, error: String(thrown?.stack ?? thrown) })
  }
})
process.on('disconnect', () => process.exit())
