import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Tool, Toolbox, ToolCallContext, ToolOutcome } from '../../src/application/ports/tools.js'
import { within } from './kit/waiting.js'

export interface ToolboxRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** A call of a tool. */
export interface ToolCall {
  readonly tool: string
  readonly params: unknown
}

/** A toolbox to be checked, in a workspace of its own. */
export interface ToolboxSubject {
  readonly toolbox: Toolbox
  readonly workspace: string
  /** Names of what its tools left that still works, such as processes. */
  leftovers(): Promise<readonly string[]>
  dispose(): Promise<void>
}

export interface ToolboxHarness {
  readonly name: string
  create(): Promise<ToolboxSubject>
  /** Succeeds soon. */
  readonly quick: ToolCall
  /** Has the right shape and cannot succeed. */
  readonly refused: ToolCall
  /** Goes on for a minute unless it is aborted; absent when no tool takes long. */
  readonly slow?: ToolCall
  /** Leaves something running in the background; absent when no tool does. */
  readonly lingering?: ToolCall
}

const AGENT = 'main'
const NAME = /^[a-z][a-z0-9_]{0,63}$/

/** Holds an adapter to what the port promises about tools. */
export function toolboxContract(runner: ToolboxRunner, harness: ToolboxHarness): void {
  const proof = (title: string, body: (subject: ToolboxSubject) => Promise<void>): void =>
    runner.it(title, async () => {
      const subject = await harness.create()
      try {
        await body(subject)
      } finally {
        await subject.toolbox.close()
        await subject.dispose()
      }
    })

  runner.describe(`toolbox contract: ${harness.name}`, () => {
    proof('T1 offers tools with names that models understand, each once, in a stable order', async ({ toolbox }) => {
      const names = toolbox.tools(AGENT).map(({ name }) => name)
      assert.match(toolbox.id, /\S/, 'T1: a toolbox has an id')
      assert.ok(names.length > 0, 'T1: there is something to check')
      for (const name of names) assert.match(name, NAME, `T1: "${name}" is no name for a tool`)
      assert.equal(new Set(names).size, names.length, `T1: a name is used twice: ${names.join(', ')}`)
      assert.deepEqual(
        toolbox.tools(AGENT).map(({ name }) => name),
        names,
        'T1: asked again, it offers them in another order',
      )
    })

    proof('T2 describes each tool, and its parameters as an object', async ({ toolbox }) => {
      for (const tool of toolbox.tools(AGENT)) {
        assert.ok(tool.description.trim().length >= 10, `T2: the description of ${tool.name} tells a model nothing`)
        const schema = z.toJSONSchema(tool.params())
        assert.equal(schema.type, 'object', `T2: the parameters of ${tool.name} are no object`)
        assert.equal(schema.additionalProperties, false, `T2: ${tool.name} accepts parameters that do not exist`)
        assert.ok(schema.properties, `T2: the parameters of ${tool.name} are not described`)
      }
    })

    proof('T3 has schemas that refuse bad arguments, so that they never reach a tool', async ({ toolbox }) => {
      const good = harness.quick
      const accepts = (name: string, value: unknown) => toolNamed(toolbox, name).params().safeParse(value).success
      assert.ok(accepts(good.tool, good.params), 'T3: good arguments are accepted')
      for (const { name } of toolbox.tools(AGENT)) {
        for (const bad of [null, undefined, 1, 'text', [], [good.params]]) {
          assert.ok(!accepts(name, bad), `T3: ${name} accepts ${JSON.stringify(bad)}`)
        }
      }
      assert.ok(!accepts(good.tool, { ...(good.params as object), zz: 1 }), `T3: ${good.tool} accepts an unknown key`)
      for (const key of Object.keys(good.params as object)) {
        const bad = { ...(good.params as object), [key]: { nonsense: true } }
        assert.ok(!accepts(good.tool, bad), `T3: ${good.tool} accepts an object as ${key}`)
      }
    })

    proof('T4 answers with blocks that can be written down', async (subject) => {
      const outcome = await call(subject, harness.quick)
      assert.notEqual(outcome.isError, true, `T4: ${harness.quick.tool} failed: ${JSON.stringify(outcome)}`)
      requireBlocks('T4', outcome)
      assert.deepEqual(
        JSON.parse(JSON.stringify(outcome.details ?? null)),
        outcome.details ?? null,
        'T4: details are not what is read back after writing them as JSON',
      )
    })

    proof('T5 tells the model of an ordinary failure instead of throwing', async (subject) => {
      const outcome = await call(subject, harness.refused)
      assert.equal(outcome.isError, true, `T5: ${harness.refused.tool} does not say that it failed`)
      requireBlocks('T5', outcome)
    })

    proof('T6 does nothing once the signal has aborted', async (subject) => {
      const outcome = await within('T6: the end of an aborted call', call(subject, harness.quick, AbortSignal.abort()))
      assert.equal(outcome.isError, true, 'T6: an aborted call looks like a success')
    })

    const { slow, lingering } = harness
    if (slow !== undefined) {
      proof('T7 ends soon after its signal aborts, and leaves nothing behind', async (subject) => {
        const abort = new AbortController()
        let isOver = false
        const outcome = call(subject, slow, abort.signal).finally(() => {
          isOver = true
        })
        await new Promise((resolve) => setTimeout(resolve, 100))
        assert.equal(
          isOver,
          false,
          `T7: ${slow.tool} ended before it was aborted: ${JSON.stringify(isOver ? await outcome : null)}`,
        )
        abort.abort()
        const { isError } = await within('T7: the end of an aborted call', outcome)
        assert.equal(isError, true, 'T7: an aborted call looks like a success')
        assert.deepEqual(await subject.leftovers(), [], 'T7: something still works')
      })
    }

    proof('T8 ends with everything it left running; closing again is harmless', async (subject) => {
      if (lingering !== undefined) {
        const outcome = await call(subject, lingering)
        assert.notEqual(outcome.isError, true, `T8: ${lingering.tool} failed: ${JSON.stringify(outcome)}`)
        assert.notDeepEqual(await subject.leftovers(), [], 'T8: nothing runs that closing could end')
      }
      await within('T8: close', subject.toolbox.close())
      await within('T8: close, called again', subject.toolbox.close())
      assert.deepEqual(await subject.leftovers(), [], 'T8: something still works after close')
    })
  })
}

/** The tool of that name, to be called with arguments that its schema accepts. */
export function toolNamed(toolbox: Toolbox, name: string): Tool<unknown> {
  const tool = toolbox.tools(AGENT).find((each) => each.name === name)
  assert.ok(tool, `there is no tool ${name}`)
  return tool as unknown as Tool<unknown>
}

/** Who calls, where nothing about it matters. */
export function toolCaller(workspace: string, signal = new AbortController().signal): ToolCallContext {
  return {
    runId: 'run-1',
    toolCallId: 'call-1',
    agentId: AGENT,
    sessionKey: 'agent:main:main',
    workspace,
    isOwner: true,
    signal,
    update: () => undefined,
  }
}

async function call(
  { toolbox, workspace }: ToolboxSubject,
  { tool: name, params }: ToolCall,
  signal?: AbortSignal,
): Promise<ToolOutcome> {
  const tool = toolNamed(toolbox, name)
  return tool.run(tool.params().parse(params), toolCaller(workspace, signal))
}

function requireBlocks(id: string, { content }: ToolOutcome): void {
  assert.ok(content.length > 0, `${id}: the model hears nothing`)
  for (const block of content) {
    assert.ok(block.type === 'text' || block.type === 'image', `${id}: a tool cannot answer with ${block.type}`)
    const isEmpty = block.type === 'text' ? block.text.trim() === '' : block.data === ''
    assert.ok(!isEmpty, `${id}: a block is empty`)
  }
}
