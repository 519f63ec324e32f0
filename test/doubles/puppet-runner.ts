import type { AgentRunner, RunnerPart, RunnerRequest } from '../../src/application/ports/agent-runner.js'

type Cue = { readonly part: RunnerPart } | { readonly failure: unknown } | 'end'

/** One run in the hands of a test. */
export class Puppet {
  readonly request: RunnerRequest
  readonly signal: AbortSignal
  readonly #cues: Cue[] = []
  #wake: () => void = () => undefined

  constructor(request: RunnerRequest, signal: AbortSignal) {
    this.request = request
    this.signal = signal
    signal.addEventListener('abort', () => this.#wake())
  }

  say(delta: string): this {
    return this.do({ type: 'text', delta })
  }

  do(part: RunnerPart): this {
    return this.#cue({ part })
  }

  /** Asks for a tool; finish with `toolUse` behind it. */
  call(toolCallId: string, name: string, args: unknown = {}): this {
    return this.do({ type: 'tool.call', toolCallId, name, args })
  }

  finish(extra: Partial<Extract<RunnerPart, { type: 'finish' }>> = {}): this {
    return this.do({ type: 'finish', stopReason: 'stop', provider: 'test', model: 'puppet', ...extra })
  }

  fail(failure: unknown): this {
    return this.#cue({ failure })
  }

  /** The stream ends without a finish. */
  vanish(): this {
    return this.#cue('end')
  }

  async *parts(ignoresAbort: boolean): AsyncGenerator<RunnerPart> {
    for (;;) {
      if (this.signal.aborted && !ignoresAbort) throw new DOMException('aborted', 'AbortError')
      const cue = this.#cues.shift()
      if (cue === 'end') return
      if (cue === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      } else if ('failure' in cue) throw cue.failure
      else yield cue.part
    }
  }

  #cue(cue: Cue): this {
    this.#cues.push(cue)
    this.#wake()
    return this
  }
}

/** A runner whose every answer is spoken by the test, part by part. */
export class PuppetRunner implements AgentRunner {
  readonly puppets: Puppet[] = []
  ignoresAbort = false
  /** Called for every new run; lets a test answer at once. */
  onStage: (puppet: Puppet) => void = () => undefined

  models() {
    return [{ id: 'puppet', name: 'Puppet', provider: 'test' }]
  }

  answer(request: RunnerRequest, signal: AbortSignal): AsyncIterable<RunnerPart> {
    const puppet = new Puppet(request, signal)
    this.puppets.push(puppet)
    this.onStage(puppet)
    return puppet.parts(this.ignoresAbort)
  }

  /** The latest call of the model. */
  get last(): Puppet {
    const puppet = this.puppets.at(-1)
    if (puppet === undefined) throw new Error('no run has begun')
    return puppet
  }

  /** The run with this message, which must have begun. */
  of(message: string): Puppet {
    const puppet = this.puppets.find(({ request }) => request.message === message)
    if (puppet === undefined) throw new Error(`no run of "${message}" has begun`)
    return puppet
  }

  /** What was to be answered; calls that went on after tools are left out. */
  get messages(): readonly string[] {
    return this.puppets.flatMap(({ request }) => request.message ?? [])
  }
}
