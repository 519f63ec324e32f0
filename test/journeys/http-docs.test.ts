import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CliHome } from './harness/cli-home.js'
import { CliProcess } from './harness/cli-process.js'

const HOOKS_TOKEN = 'a-token-for-webhooks-of-examples'

/** What the pages say has to be turned on. */
const CONFIG = {
  gateway: {
    mode: 'local',
    http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } } },
  },
  hooks: { enabled: true, token: HOOKS_TOKEN },
}

/** As on the page, but an answer that is an error ends the example, and so does one that never comes. */
const PRELUDE = 'set -euo pipefail; curl() { command curl --fail-with-body --max-time 20 "$@"; }\n'

const pages = readdirSync('docs').filter((name) => /^http-.*\.md$/.test(name))

function examplesOf(page: string): readonly string[] {
  const text = readFileSync(join('docs', page), 'utf8')
  return [...text.matchAll(/^```bash\n(.*?)^```$/gms)]
    .map(([, code]) => code ?? '')
    .filter((code) => code.includes('curl'))
}

const curlIsMissing = whyNoCurl()
if (curlIsMissing !== null) console.warn(`the examples of the pages about HTTP are not executed: ${curlIsMissing}`)

describe.skipIf(curlIsMissing !== null)('the examples of the pages about HTTP', () => {
  let home: CliHome
  let variables: Readonly<Record<string, string>>

  beforeAll(async () => {
    home = new CliHome()
    await home.configure(CONFIG)
    const gateway = await home.gateway()
    variables = {
      PATH: process.env.PATH ?? '',
      MAYROS_URL: gateway.url.replace('ws', 'http'),
      MAYROS_TOKEN: gateway.token,
      MAYROS_HOOKS_TOKEN: HOOKS_TOKEN,
    }
  })

  afterAll(() => home.dispose())

  const examples = pages.flatMap((page) => examplesOf(page).map((code, at) => [page, at + 1, code] as const))

  it.each(examples)('work: %s, number %i', async (_page, _number, code) => {
    const example = new CliProcess('bash', ['-c', PRELUDE + code], { env: variables, cwd: home.path })
    const { code: exitCode, stdout, stderr } = await example.exited
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout.trim()).not.toBe('')
    expect(stdout).not.toMatch(/^\s*\{"ok": ?false|"error": ?\{"message"/m)
  })

  it('are there for everything that can be asked', () => {
    const all = pages.flatMap(examplesOf).join('\n')
    const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, object> }
    const missing = Object.keys(document.paths).filter((path) => {
      return !NOT_IN_EXAMPLES.has(path) && !all.includes(`$MAYROS_URL${path.replace(/\{.*$/, '')}`)
    })
    expect(missing).toEqual([])
  })
})

/** What is refused or depends on the caller's own mappings, and what has a page of another kind. */
const NOT_IN_EXAMPLES: ReadonlySet<string> = new Set(['/v1/responses/{id}/cancel', '/hooks/{name}', '/metrics'])

function whyNoCurl(): string | null {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return null
  } catch (thrown) {
    return (thrown as Error).message
  }
}
