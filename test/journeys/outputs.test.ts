import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unusedPort } from '../contracts/harness/unused-port.js'
import { CliHome } from './harness/cli-home.js'

/*
 * What commands that only look print for people, kept as reviewed files in `outputs/`. What differs from run to run and
 * from host to host stands there as a word in angle brackets; write them anew with `vitest run -u` and read the difference.
 */

const TOKEN = 'a-token-that-is-long-enough-for-a-test'

const COMMANDS = [
  'status',
  'status --all',
  'gateway status',
  'gateway probe',
  'health',
  'sessions',
  'channels status',
  'channels list',
  'agents list',
  'models list',
  'models status',
  'devices list',
  'pairing list',
  'approvals get',
  'tools list',
  'tools explain exec',
  'config get agents.defaults.model',
  'config validate',
  'config history',
  'cron list',
  'cron status',
  'cron runs',
  'dashboard --no-open',
  'system heartbeat last',
] as const

let home: CliHome
let idle: CliHome
let awayPort: number

beforeAll(async () => {
  home = new CliHome()
  idle = new CliHome()
  awayPort = await unusedPort()
  const port = await unusedPort()
  await home.configure({ gateway: { mode: 'local', port, auth: { token: TOKEN } } })
  await idle.configure({ gateway: { mode: 'local', port: awayPort, auth: { token: TOKEN } } })
  await home.gateway(['--port', String(port)])
})

afterAll(async () => {
  await home.dispose()
  await idle.dispose()
})

describe.each(['up', 'away'] as const)('with the gateway %s', (situation) => {
  it.each(COMMANDS)('mayros %s reads as reviewed', async (command) => {
    const where = situation === 'up' ? home : idle
    // Nobody is asked for newer versions.
    const env = { npm_config_registry: 'http://127.0.0.1:1', COLUMNS: '100' }
    const { code, stdout, stderr } = await where.run(command.split(' '), { env })
    const name = command.replaceAll(/[^a-z]+/g, '-')
    await expect(steady(`$ mayros ${command}\n${stdout}${stderr}exit code ${code}\n`, where.path)).toMatchFileSnapshot(
      `outputs/${situation}/${name}.txt`,
    )
  })
})

/** The text without what differs from run to run and from host to host. */
function steady(text: string, path: string): string {
  return text
    .replaceAll(path, '<home>')
    .replaceAll(hostname(), '<host>')
    .replace(/^( *Service:? +).*$/gm, '$1<as this host has it>')
    .replace(/^( *(?:Network|Engine|Node|System|Host|OS):? +).*$/gm, '$1<as this host has it>')
    .replace(/^Service\n {2}.*$/gm, 'Service\n  <as this host has it>')
    .replace(/node v\S+, .*$/gm, 'node <version>, <system>')
    .replaceAll(/"port":\d+/g, '"port":<port>')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/#token=\S+/g, '#token=<token>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?/g, '<date>')
    .replaceAll(/\b\d\d:\d\d(?::\d\d)?\b/g, '<clock>')
    .replaceAll(/(?:127\.0\.0\.1|\[::1\]|localhost):\d+/g, '<address>')
    .replaceAll(/\b[Pp]ort:? \d+/g, 'Port <port>')
    .replaceAll(/\bpid \d+/g, 'pid <pid>')
    .replaceAll(/\b(?:\d+m )?\d+(?:\.\d+)? ?(?:ms|s|min|m|h)\b/g, '<duration>')
    .replaceAll(/\b\d+(?:\.\d+)? ?(?:[KMG]i?B)\b/g, '<size>')
    .replaceAll(/\b(?:just now|\d+ (?:seconds?|minutes?) ago)\b/g, '<ago>')
    .replaceAll(/[0-9a-f]{12,}/g, '<hash>')
    .replaceAll(/ +$/gm, '')
}
