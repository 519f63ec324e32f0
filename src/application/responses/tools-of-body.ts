import { OpenAiRefusal } from '../../domain/openai/openai-refusal.js'
import type { ResponsesBody } from '../../domain/openai/responses-body.js'
import type { ToolChoice } from '../agent-calls/agent-call.js'
import type { ToolSpec } from '../ports/agent-runner.js'

export interface OfferedTools {
  readonly tools: readonly ToolSpec[]
  readonly toolChoice: ToolChoice
}

/** The caller's tools and which of them the model may or must ask for. A choice that makes no sense is refused. */
export function toolsOfBody(body: Pick<ResponsesBody, 'tools' | 'tool_choice'>): OfferedTools {
  const all = (body.tools ?? []).map(specOf)
  const names = new Set<string>()
  for (const [index, { name }] of all.entries()) {
    if (names.has(name)) throw refusal(`two tools have the name ${name}`, `tools[${index}].name`)
    names.add(name)
  }
  const choice = body.tool_choice ?? 'auto'
  if (typeof choice === 'string') {
    if (choice === 'required' && all.length === 0)
      throw refusal('a tool is required, and none is offered', 'tool_choice')
    return { tools: all, toolChoice: choice }
  }
  if (choice.type === 'function') return { tools: all, toolChoice: { name: known(nameOf(choice), names) } }
  const allowed = new Set(choice.tools.map((tool) => known(nameOf(tool), names)))
  return { tools: all.filter(({ name }) => allowed.has(name)), toolChoice: choice.mode }
}

function specOf(tool: NonNullable<ResponsesBody['tools']>[number]): ToolSpec {
  const { name, description, parameters } = 'function' in tool ? tool.function : tool
  return { name, description: description ?? '', parameters: parameters ?? { type: 'object', properties: {} } }
}

function nameOf(choice: { readonly name: string } | { readonly function: { readonly name: string } }): string {
  return 'function' in choice ? choice.function.name : choice.name
}

function known(name: string, names: ReadonlySet<string>): string {
  if (!names.has(name)) throw refusal(`there is no tool with the name ${name}`, 'tool_choice')
  return name
}

function refusal(problem: string, param: string): OpenAiRefusal {
  return new OpenAiRefusal('invalid_tool', `invalid tool configuration: ${problem}`, param)
}
