import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { unusedPort } from '../contracts/harness/unused-port.js'
import {
  channelsStatusShape,
  cronListShape,
  cronRunsShape,
  cronStatusShape,
  dashboardShape,
  discoverShape,
  failureShape,
  gatewayProbeShape,
  gatewayStatusShape,
  healthShape,
  logEntryShape,
  sessionsShape,
  statusShape,
  updateStatusShape,
} from '../doubles/json-shapes.js'
import { CliHome } from './harness/cli-home.js'

const TOKEN = 'a-token-that-is-long-enough-for-a-test'
const anything = z.looseObject({})
const list = z.array(anything)

/** Exit codes with the gateway up, away, with a secret that is not its own, and away with a configuration that is broken. */
type Codes = readonly [up: number, down: number, locked: number, broken: number]
const ASKS: Codes = [0, 3, 4, 3]
const READS: Codes = [0, 0, 0, 0]

/** What it prints when it answers, and whether it prints the same when the gateway does not. */
const COMMANDS: readonly (readonly [command: string, shape: z.ZodType, codes: Codes, always?: 'always'])[] = [
  ['gateway status', gatewayStatusShape, [0, 3, 4, 78], 'always'],
  ['gateway status --deep', gatewayStatusShape, [0, 3, 4, 78], 'always'],
  ['gateway status --no-probe', gatewayStatusShape, [0, 3, 0, 78], 'always'],
  ['gateway probe', gatewayProbeShape, ASKS, 'always'],
  ['gateway discover --timeout 50', discoverShape, READS, 'always'],
  ['gateway health', healthShape, ASKS],
  ['gateway call health', healthShape, ASKS],
  ['health', healthShape, ASKS],
  ['health --verbose', healthShape, ASKS],
  ['status', statusShape, READS, 'always'],
  ['status --all --deep --usage', statusShape, READS, 'always'],
  ['sessions', sessionsShape, ASKS],
  ['channels status', channelsStatusShape, ASKS],
  ['channels status --probe', channelsStatusShape, ASKS],
  ['channels list', anything, [0, 0, 0, 78]],
  ['channels capabilities', anything, ASKS],
  ['channels dead-letters', anything, ASKS],
  ['agents route --channel irc --peer ann', anything, [0, 0, 0, 78]],
  ['message send -t ann -m hi', anything, [1, 3, 4, 3]],
  ['dashboard', dashboardShape, ASKS],
  ['update status --timeout 1', updateStatusShape, READS, 'always'],
  ['agents list', list, [0, 0, 0, 78]],
  ['models list', anything, ASKS],
  ['models status', anything, ASKS],
  ['devices list', anything, ASKS],
  ['cron list', cronListShape, ASKS],
  ['cron runs', cronRunsShape, ASKS],
  ['cron status', cronStatusShape, ASKS],
  ['system presence', list, ASKS],
  ['system heartbeat last', z.union([anything, z.null()]), ASKS],
  ['security audit', anything, [0, 0, 0, 0], 'always'],
  ['config file', anything, READS, 'always'],
  ['config validate', anything, [0, 0, 0, 78], 'always'],
  ['completion bash', anything, READS, 'always'],
]
const ROWS = COMMANDS.map(([command, shape, codes, always]) => ({ command, shape, codes, always }))
const SITUATIONS = ['up', 'away', 'locked', 'broken'] as const

let home: CliHome
/** Set up in the same way, without a gateway. */
let idle: CliHome
let broken: CliHome
let awayPort: number

beforeAll(async () => {
  home = new CliHome()
  idle = new CliHome()
  broken = new CliHome()
  const port = await unusedPort()
  awayPort = await unusedPort()
  await home.configure({ gateway: { mode: 'local', port, auth: { token: TOKEN } } })
  await idle.configure({ gateway: { mode: 'local', port: awayPort, auth: { token: TOKEN } } })
  await broken.configure('{ gateway: { mode: "local", port: ')
  await home.gateway(['--port', String(port)])
}, 30_000)

afterAll(async () => {
  await home.dispose()
  await idle.dispose()
  await broken.dispose()
})

describe('every command with --json', () => {
  describe.each(SITUATIONS)('with the gateway %s', (situation) => {
    const at = SITUATIONS.indexOf(situation)

    it.each(ROWS)('mayros $command', async ({ command, shape, codes, always }) => {
      const { code, stdout } = await run(situation, [...command.split(' '), '--json'])
      const document = parsed(stdout)
      expect({ code, stdout }).toEqual({ code: codes[at], stdout })
      const fits = codes[at] === 0 || always === 'always' || isOwnAnswer(document) ? shape : failureShape
      fits.parse(document)
    })

    it('mayros logs is one object a line', async () => {
      const { code, stdout } = await run(situation, ['logs', '--json'])
      const entries = stdout
        .trim()
        .split('\n')
        .map((line) => logEntryShape.parse(JSON.parse(line)))
      expect(code).toBe(ASKS[at])
      expect(entries[0]?.type).toBe(code === 0 ? 'meta' : 'error')
    })

    it('a bad command line is a document, too', async () => {
      const { code, stdout } = await run(situation, ['gateway', 'status', '--jsn', '--json'])
      expect(code).toBe(2)
      expect(failureShape.parse(parsed(stdout)).error.code).toBe('usage')
    })
  })
})

function run(situation: (typeof SITUATIONS)[number], args: readonly string[]) {
  // Nobody is asked for a newer version.
  const quiet = { npm_config_registry: 'http://127.0.0.1:1' }
  if (situation === 'up') return home.run(args, { env: quiet })
  if (situation === 'locked') return home.run(args, { env: { ...quiet, MAYROS_GATEWAY_TOKEN: 'not-the-right-secret' } })
  const away = { ...quiet, MAYROS_GATEWAY_PORT: String(awayPort) }
  return (situation === 'away' ? idle : broken).run(args, { env: away })
}

/** Exactly one document, and nothing else. */
function parsed(stdout: string): unknown {
  expect(stdout.endsWith('\n')).toBe(true)
  return JSON.parse(stdout)
}

/** A command that shows something of its own where the gateway is away: `channels status` shows the configuration. */
function isOwnAnswer(document: unknown): boolean {
  return typeof document === 'object' && document !== null && 'gateway' in document
}
