import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FsToolSettings } from '../../../src/adapters/tools-fs-node/fs-tool-settings.js'
import { FsToolbox } from '../../../src/adapters/tools-fs-node/fs-toolbox.js'
import type { ToolOutcome } from '../../../src/application/ports/tools.js'
import { toolCaller, toolNamed } from '../../contracts/toolbox.contract.js'

/** The file tools in a workspace that has a world around it. */
export interface FsStage {
  readonly toolbox: FsToolbox
  /** The folder around the workspace. */
  readonly world: string
  readonly workspace: string
  /** Says what the tool said. */
  call(tool: string, params: unknown): Promise<{ text: string; isError: boolean; outcome: ToolOutcome }>
  /** Text of a file of the workspace. */
  text(name: string): Promise<string>
  /** Names in a folder of the workspace. */
  names(folder?: string): Promise<readonly string[]>
  dispose(): Promise<void>
}

export async function fsStage(settings: Partial<FsToolSettings> = {}): Promise<FsStage> {
  const world = await realpath(await mkdtemp(join(tmpdir(), 'mayros-fs-')))
  const workspace = join(world, 'workspace')
  await mkdir(workspace)
  const toolbox = new FsToolbox(() => ({
    workspaceOnly: false,
    isOffLimits: () => false,
    applyPatchEnabled: true,
    applyPatchWorkspaceOnly: true,
    mediaMaxBytes: 5 * 1024 * 1024,
    ...settings,
  }))
  return {
    toolbox,
    world,
    workspace,
    async call(name, params) {
      const tool = toolNamed(toolbox, name)
      const outcome = await tool.run(tool.params().parse(params), toolCaller(workspace))
      const [block] = outcome.content
      return { text: block?.type === 'text' ? block.text : '', isError: outcome.isError === true, outcome }
    },
    text: (name) => readFile(join(workspace, name), 'utf8'),
    names: async (folder = '.') => (await readdir(join(workspace, folder))).sort(),
    dispose: () => rm(world, { recursive: true, force: true }),
  }
}
