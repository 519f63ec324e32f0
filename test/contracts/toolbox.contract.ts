import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Tool, Toolbox, ToolCallContext, ToolOutcome } from '../../src/application/ports/tools.js'
import { type ContractHarness, defineContract } from './kit/contract.js'
import { checkBy } from './kit/proofs.js'
import { within } from './kit/waiting.js'
import { TOOLBOX_GUARANTEES, type ToolboxGuaranteeId } from './toolbox/toolbox-guarantees.js'

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

/** What a toolbox's own test has to bring. */
export interface ToolboxHarness extends ContractHarness {
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

type Proof = (subject: ToolboxSubject, harness: ToolboxHarness) => Promise<void>

const proofs = new Map<ToolboxGuaranteeId, (harness: ToolboxHarness) => Promise<void>>()

prove('T1', async ({ toolbox }) => {
  const names = toolbox.tools(AGENT).map(({ name }) => name)
  assert.match(toolbox.id, /\S/, 'a toolbox has an id')
  assert.ok(names.length > 0, 'there is something to check')
  for (const name of names) assert.match(name, NAME, `"${name}" is no name for a tool`)
  assert.equal(new Set(names).size, names.length, `a name is used twice: ${names.join(', ')}`)
  assert.deepEqual(
    toolbox.tools(AGENT).map(({ name }) => name),
    names,
    'asked again, it offers them in another order',
  )
})

prove('T2', async ({ toolbox }) => {
  for (const tool of toolbox.tools(AGENT)) {
    assert.ok(tool.description.trim().length >= 10, `the description of ${tool.name} tells a model nothing`)
    const schema = z.toJSONSchema(tool.params())
    assert.equal(schema.type, 'object', `the parameters of ${tool.name} are no object`)
    assert.equal(schema.additionalProperties, false, `${tool.name} accepts parameters that do not exist`)
    assert.ok(schema.properties, `the parameters of ${tool.name} are not described`)
  }
})

prove('T3', async ({ toolbox }, harness) => {
  const good = harness.quick
  const accepts = (name: string, value: unknown) => toolNamed(toolbox, name).params().safeParse(value).success
  assert.ok(accepts(good.tool, good.params), 'good arguments are accepted')
  for (const { name } of toolbox.tools(AGENT)) {
    for (const bad of [null, undefined, 1, 'text', [], [good.params]]) {
      assert.ok(!accepts(name, bad), `${name} accepts ${JSON.stringify(bad)}`)
    }
  }
  assert.ok(!accepts(good.tool, { ...(good.params as object), zz: 1 }), `${good.tool} accepts an unknown key`)
  for (const key of Object.keys(good.params as object)) {
    const bad = { ...(good.params as object), [key]: { nonsense: true } }
    assert.ok(!accepts(good.tool, bad), `${good.tool} accepts an object as ${key}`)
  }
})

prove('T4', async (subject, harness) => {
  const outcome = await call(subject, harness.quick)
  assert.notEqual(outcome.isError, true, `${harness.quick.tool} failed: ${JSON.stringify(outcome)}`)
  requireBlocks(outcome)
  assert.deepEqual(
    JSON.parse(JSON.stringify(outcome.details ?? null)),
    outcome.details ?? null,
    'details are not what is read back after writing them as JSON',
  )
})

prove('T5', async (subject, harness) => {
  const outcome = await call(subject, harness.refused)
  assert.equal(outcome.isError, true, `${harness.refused.tool} does not say that it failed`)
  requireBlocks(outcome)
})

prove('T6', async (subject, harness) => {
  const outcome = await within('the end of an aborted call', call(subject, harness.quick, AbortSignal.abort()))
  assert.equal(outcome.isError, true, 'an aborted call looks like a success')
})

prove('T7', async (subject, { slow }) => {
  assert.ok(slow, 'the harness names no call that takes long')
  const abort = new AbortController()
  let isOver = false
  const outcome = call(subject, slow, abort.signal).finally(() => {
    isOver = true
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.equal(
    isOver,
    false,
    `${slow.tool} ended before it was aborted: ${JSON.stringify(isOver ? await outcome : null)}`,
  )
  abort.abort()
  const { isError } = await within('the end of an aborted call', outcome)
  assert.equal(isError, true, 'an aborted call looks like a success')
  assert.deepEqual(await subject.leftovers(), [], 'something still works')
})

prove('T8', async (subject, { lingering }) => {
  if (lingering !== undefined) {
    const outcome = await call(subject, lingering)
    assert.notEqual(outcome.isError, true, `${lingering.tool} failed: ${JSON.stringify(outcome)}`)
    assert.notDeepEqual(await subject.leftovers(), [], 'nothing runs that closing could end')
  }
  await within('close', subject.toolbox.close())
  await within('close, called again', subject.toolbox.close())
  assert.deepEqual(await subject.leftovers(), [], 'something still works after close')
})

/** Holds a toolbox to what the port promises about tools. */
export const toolboxContract = defineContract<ToolboxHarness>({
  port: 'toolbox',
  guarantees: TOOLBOX_GUARANTEES,
  members: ['create'],
  check: checkBy(proofs),
  unfit: ({ slow }) => (slow === undefined ? { T7: 'no tool of it takes long' } : {}),
})

function prove(id: ToolboxGuaranteeId, proof: Proof): void {
  proofs.set(id, async (harness) => {
    const subject = await harness.create()
    try {
      await proof(subject, harness)
    } finally {
      await subject.toolbox.close()
      await subject.dispose()
    }
  })
}

/** The tool of that name, to be called with arguments that its schema accepts. */
export function toolNamed(toolbox: Toolbox, name: string): Tool<unknown> {
  const tool = toolbox.tools(AGENT).find((each) => each.name === name)
  assert.ok(tool, `there is no tool ${name}`)
  return tool as unknown as Tool<unknown>
}

/** Who calls, where nothing about it matters. */
export function toolCaller(workspace: string, signal: AbortSignal = new AbortController().signal): ToolCallContext {
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

function requireBlocks({ content }: ToolOutcome): void {
  assert.ok(content.length > 0, 'the model hears nothing')
  for (const block of content) {
    assert.ok(block.type === 'text' || block.type === 'image', `a tool cannot answer with ${block.type}`)
    const isEmpty = block.type === 'text' ? block.text.trim() === '' : block.data === ''
    assert.ok(!isEmpty, 'a block is empty')
  }
}
