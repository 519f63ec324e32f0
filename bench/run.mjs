/*
 * npm run bench -- [options]: measures the built gateway beside bare servers of the same engine, prints one table and
 * asserts nothing.
 *   --only rpc,runs   these groups of figures; --match text  of the group rpc only figures whose name holds the text
 *   --engine uws|ws   one engine                --quick        one short round: a look, not a measurement
 *   --json file       the figures as JSON       --dist folder  another build
 *   --profile folder  a CPU profile of every gateway that was started
 */
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { channels } from './figures/channels.mjs'
import { controlUi } from './figures/control-ui.mjs'
import { conversations } from './figures/conversations.mjs'
import { fanOut } from './figures/fan-out.mjs'
import { footprint } from './figures/footprint.mjs'
import { handshake } from './figures/handshake.mjs'
import { httpStreams } from './figures/http-streams.mjs'
import { lifetime } from './figures/lifetime.mjs'
import { packageSize } from './figures/package-size.mjs'
import { reload } from './figures/reload.mjs'
import { rpc } from './figures/rpc.mjs'
import { runs } from './figures/runs.mjs'
import { secretTiming } from './figures/secret-timing.mjs'
import { profileInto } from './processes.mjs'
import { isUwsHere } from './servers/engines.mjs'
import { machine, table } from './table.mjs'

const groups = [
  rpc,
  handshake,
  fanOut,
  runs,
  httpStreams,
  conversations,
  channels,
  lifetime,
  reload,
  footprint,
  packageSize,
  controlUi,
  secretTiming,
]

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    match: { type: 'string', default: '' },
    engine: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    dist: { type: 'string', default: 'dist' },
    profile: { type: 'string' },
  },
})

if (process.platform !== 'linux') throw new Error('the bench reads CPU time from /proc and runs on Linux only')
if (values.profile !== undefined) profileInto(resolve(values.profile))

const dist = resolve(values.dist)
const cli = resolve(dist, 'bin/mayros.js')
if (!existsSync(cli)) throw new Error(`${cli} is missing; run npm run build first`)

const only = values.only?.split(',')
const unknown = only?.filter((name) => !groups.some((group) => group.name === name)) ?? []
if (unknown.length > 0)
  throw new Error(`no figure ${unknown}; there are ${groups.map((group) => group.name).join(', ')}`)

const engines = (values.engine?.split(',') ?? ['uws', 'ws']).filter((engine) => engine !== 'uws' || isUwsHere())
const rows = []
const failures = []
for (const group of groups) {
  if (only !== undefined && !only.includes(group.name)) continue
  const report = (row) => {
    rows.push({ group: group.name, ...row })
    if (process.stderr.isTTY) process.stderr.write(`${row.figure} (${row.engine})\n`)
  }
  for (const engine of group.engines.filter((one) => one === 'any' || engines.includes(one))) {
    const rounds = values.quick ? 1 : 3
    const measuring = group.measure({
      cli,
      dist,
      engine,
      engines,
      rounds,
      seconds: values.quick ? 0.7 : 1.5,
      match: values.match,
      report,
    })
    await measuring.catch((thrown) => failures.push(`${group.name} (${engine}): ${thrown.message}`))
  }
}
console.log(`${machine()}\n\n${table(rows)}`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine: machine(), rows }, null, 2)}\n`)
for (const failure of failures) console.error(`could not be measured: ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1
