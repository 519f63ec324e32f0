import { readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const PLIST = pathToFileURL(resolve('node_modules/plist/dist/index.js')).href

/** Does with real processes what launchd does, as far as a gateway can tell, and writes down how it is called. */
const PROGRAM = `#!${process.execPath}
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parse } from ${JSON.stringify(PLIST)}
const at = (name) => new URL(name, import.meta.url)
const state = JSON.parse(readFileSync(at('state.json'), 'utf8'))
const save = () => writeFileSync(at('state.json'), JSON.stringify(state))
const args = process.argv.slice(2)
appendFileSync(at('calls.jsonl'), JSON.stringify(args) + '\\n')
const fail = (code, text) => { process.stderr.write(text + '\\n'); process.exit(code) }
const lives = (pid) => { try { process.kill(pid, 0); return !/\\) Z /.test(readFileSync('/proc/' + pid + '/stat', 'utf8')) } catch { return false } }
const [verb, target = '', file] = args
const label = target.split('/')[2]
if (state.refusals[verb] !== undefined) fail(...state.refusals[verb])
if (verb === 'enable') { state.disabled = state.disabled.filter((one) => one !== label); save() }
else if (verb === 'print-disabled') console.log('disabled services = {\\n' + state.disabled.map((one) => '\\t"' + one + '" => disabled').join('\\n') + '\\n}')
else if (verb === 'bootstrap') {
  const { Label, ProgramArguments, WorkingDirectory, EnvironmentVariables } = parse(readFileSync(file, 'utf8'))
  if (state.loaded[Label] !== undefined) fail(5, 'Bootstrap failed: 5: Input/output error')
  const [program, ...rest] = ProgramArguments
  const child = state.ends === null ? spawn(program, rest, { cwd: WorkingDirectory, env: EnvironmentVariables, detached: true, stdio: 'ignore' }) : null
  child?.unref()
  state.loaded[Label] = { pid: child?.pid ?? null, ends: state.ends }
  save()
} else if (verb === 'bootout') {
  const job = state.loaded[label]
  if (job === undefined) fail(3, 'Boot-out failed: 3: No such process')
  if (job.pid !== null && lives(job.pid)) process.kill(job.pid, 'SIGTERM')
  for (let look = 0; job.pid !== null && lives(job.pid) && look < 500; look += 1) await new Promise((r) => setTimeout(r, 10))
  delete state.loaded[label]
  save()
} else if (verb === 'print' && label === undefined) console.log(target + ' = {\\n}')
else if (verb === 'print') {
  const job = state.loaded[label]
  if (job === undefined) fail(113, 'Could not find service "' + label + '" in domain for user gui: 501')
  const isUp = job.pid !== null && lives(job.pid)
  const ends = job.ends === null ? '\\tlast exit code = (never exited)' : '\\tlast exit code = ' + job.ends
  console.log(target + ' = {\\n\\tstate = ' + (isUp ? 'running' : 'not running') + '\\n\\truns = 1\\n' + (isUp ? '\\tpid = ' + job.pid + '\\n' : '') + ends + '\\n}')
} else fail(64, 'unknown verb ' + verb)
`

interface StubState {
  readonly loaded: Readonly<Record<string, { readonly pid: number | null }>>
  readonly disabled: readonly string[]
  /** Exit code of everything that is started; null = it stays. */
  readonly ends: number | null
  /** Verb → exit code and words. */
  readonly refusals: Readonly<Record<string, readonly [number, string]>>
}

/** A stand-in for the program `launchctl`. */
export class LaunchctlStub {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  static async create(): Promise<LaunchctlStub> {
    const stub = new LaunchctlStub(await mkdtemp(join(tmpdir(), 'mayros-launchctl-')))
    await writeFile(join(stub.directory, 'package.json'), '{"type":"module"}')
    await writeFile(join(stub.directory, 'launchctl'), PROGRAM)
    await chmod(join(stub.directory, 'launchctl'), 0o755)
    await writeFile(join(stub.directory, 'calls.jsonl'), '')
    const empty: StubState = { loaded: {}, disabled: [], ends: null, refusals: {} }
    await writeFile(join(stub.directory, 'state.json'), JSON.stringify(empty))
    return stub
  }

  get env(): Readonly<Record<string, string>> {
    return { PATH: `${this.directory}${delimiter}${process.env.PATH ?? ''}`, HOME: this.directory }
  }

  play(changes: Partial<StubState>): void {
    const path = join(this.directory, 'state.json')
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as StubState), ...changes }))
  }

  /** Everything it was called with that changes something. */
  changes(): readonly string[] {
    const lines = readFileSync(join(this.directory, 'calls.jsonl'), 'utf8').split('\n').filter(Boolean)
    return lines.map((line) => (JSON.parse(line) as string[]).join(' ')).filter((line) => !line.startsWith('print'))
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true })
  }
}
