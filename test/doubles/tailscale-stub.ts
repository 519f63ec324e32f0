import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { TailnetUser } from '../../src/application/ports/tailnet.js'

/** How the stand-in behaves. */
export interface TailscaleScene {
  readonly users?: Readonly<Record<string, TailnetUser & { readonly tags?: readonly string[] }>>
  /** Default `Running`. */
  readonly state?: string
  /** Default `box.tail1234.ts.net.`; null = none. */
  readonly dnsName?: string | null
  /** Every call but `status` says this on stderr and ends with 1. */
  readonly refusal?: string
  /** Every call but `status` says this and then waits for ever. */
  readonly hang?: string
  /** What `whois` prints instead of an answer. */
  readonly whoisPrints?: string
}

const PROGRAM = `#!${process.execPath}
const fs = require('node:fs')
const at = (name) => __dirname + '/' + name
const scene = JSON.parse(fs.readFileSync(at('scene.json'), 'utf8'))
const args = process.argv.slice(2)
const secrets = Object.keys(process.env).filter((name) => name.startsWith('MAYROS_'))
fs.appendFileSync(at('calls.jsonl'), JSON.stringify({ args, secrets, tty: process.stdin.isTTY === true }) + '\\n')
const fail = (text) => { process.stderr.write(text + '\\n'); process.exitCode = 1 }
const state = () => JSON.parse(fs.readFileSync(at('published.json'), 'utf8'))
const publish = (next) => fs.writeFileSync(at('published.json'), JSON.stringify(next))
const [command, ...rest] = args
if (command === 'status') {
  const name = scene.dnsName === undefined ? 'box.tail1234.ts.net.' : scene.dnsName
  console.log(JSON.stringify({ BackendState: scene.state ?? 'Running', Self: name === null ? {} : { DNSName: name } }))
} else if (scene.hang !== undefined) {
  process.stdout.write(scene.hang)
  setInterval(() => undefined, 1000)
} else if (scene.refusal !== undefined) fail(scene.refusal)
else if (command === 'whois') {
  const user = scene.users?.[rest[1]]
  if (scene.whoisPrints !== undefined) process.stdout.write(scene.whoisPrints)
  else if (user === undefined) fail('peer not found')
  else console.log(JSON.stringify({
    Node: { Name: 'laptop.tail1234.ts.net.', Tags: user.tags ?? null },
    UserProfile: { ID: 7, LoginName: user.login, DisplayName: user.name },
  }))
} else if (rest[0] === 'reset') { const next = state(); delete next[command]; publish(next) }
else publish({ ...state(), [command]: Number(rest.at(-1)) })
`

/** A stand-in for the program `tailscale` that writes down how it is called. */
export class TailscaleStub {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  static async create(scene: TailscaleScene = {}): Promise<TailscaleStub> {
    const directory = await mkdtemp(join(tmpdir(), 'mayros-tailscale-'))
    const stub = new TailscaleStub(directory)
    await writeFile(join(directory, 'tailscale'), PROGRAM)
    await chmod(join(directory, 'tailscale'), 0o755)
    await writeFile(join(directory, 'published.json'), '{}')
    await writeFile(join(directory, 'calls.jsonl'), '')
    await stub.play(scene)
    return stub
  }

  /** An environment in which this is the program that is found. */
  get env(): Record<string, string> {
    return { PATH: [this.directory, dirname(process.execPath)].join(delimiter), MAYROS_GATEWAY_TOKEN: 'hush' }
  }

  play(scene: TailscaleScene): Promise<void> {
    return writeFile(join(this.directory, 'scene.json'), JSON.stringify(scene))
  }

  async calls(): Promise<readonly { args: string[]; secrets: string[]; tty: boolean }[]> {
    const text = await readFile(join(this.directory, 'calls.jsonl'), 'utf8')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  }

  /** The calls as command lines. */
  async commands(): Promise<readonly string[]> {
    return (await this.calls()).map(({ args }) => args.join(' '))
  }

  async published(): Promise<Record<string, number>> {
    return JSON.parse(await readFile(join(this.directory, 'published.json'), 'utf8'))
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true })
  }
}
