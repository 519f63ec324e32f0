/** A tool at work, as its events tell. */
export interface LiveTool {
  readonly kind: 'tool'
  readonly id: string
  readonly name: string
  readonly args: unknown
  readonly output: unknown
  readonly state: 'running' | 'ok' | 'failed'
}

export type LivePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thinking'; readonly text: string }
  | LiveTool

/** What the stream `tool` of an `agent` event tells. */
interface ToolNews {
  readonly phase: 'start' | 'update' | 'result'
  readonly name: string
  readonly toolCallId: string
  readonly args?: unknown
  readonly partialResult?: unknown
  readonly result?: unknown
  readonly isError?: boolean
}

/** An answer while it comes: what was said and done so far, in order. */
export class LiveRun {
  readonly runId: string
  readonly parts: LivePart[] = []

  constructor(runId: string) {
    this.runId = runId
  }

  /** @param text everything of the message the model speaks now; it begins anew after each use of tools */
  said(text: string): void {
    this.#grow('text', text)
  }

  thought(text: string): void {
    this.#grow('thinking', text)
  }

  tool({ phase, name, toolCallId, args, partialResult, result, isError }: ToolNews): void {
    const at = this.parts.findIndex((part) => part.kind === 'tool' && part.id === toolCallId)
    const known = this.parts[at] as LiveTool | undefined
    const state = phase === 'result' ? (isError === true ? 'failed' : 'ok') : 'running'
    const output = result ?? partialResult ?? known?.output
    const tool: LiveTool = { kind: 'tool', id: toolCallId, name, args: args ?? known?.args, output, state }
    if (known === undefined) this.parts.push(tool)
    else this.parts[at] = tool
  }

  #grow(kind: 'text' | 'thinking', text: string): void {
    const last = this.parts.at(-1)
    const goesOn = last?.kind === kind && (text.startsWith(last.text) || last.text.startsWith(text))
    if (goesOn) this.parts[this.parts.length - 1] = { kind, text }
    else this.parts.push({ kind, text })
  }
}
