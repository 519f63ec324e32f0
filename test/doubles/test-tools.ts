import { z } from 'zod'
import type { Tool, Toolbox, ToolCallContext, ToolOutcome } from '../../src/application/ports/tools.js'

/** A tool that does what a test says. Takes an object with an optional text `at`. */
export function testTool(
  name: string,
  run: (params: { readonly at?: string | undefined }, context: ToolCallContext) => Promise<ToolOutcome>,
  more: Partial<Pick<Tool, 'timeoutMs' | 'isForOwners'>> = {},
): Tool {
  const shape = z.strictObject({ at: z.string().optional() })
  const tool: Tool<z.infer<typeof shape>> = { name, description: `Does ${name}.`, params: () => shape, run, ...more }
  return tool
}

export function said(text: string): ToolOutcome {
  return { content: [{ type: 'text', text }] }
}

export function toolbox(tools: readonly Tool[], id = 'test'): Toolbox {
  return { id, tools: () => tools, close: () => Promise.resolve() }
}
