import type { Tool, Toolbox } from '../../application/ports/tools.js'
import { applyPatchTool } from './apply-patch-tool.js'
import { editTool } from './edit-tool.js'
import { FileTurns } from './file-turns.js'
import type { FsToolSettingsOf } from './fs-tool-settings.js'
import { readTool } from './read-tool.js'
import { writeTool } from './write-tool.js'

/** Files of this computer: `read`, `write`, `edit` and, when switched on, `apply_patch`. */
export class FsToolbox implements Toolbox {
  readonly id = 'builtin-fs'
  readonly #settingsOf: FsToolSettingsOf
  readonly #always: readonly Tool[]
  readonly #withPatches: readonly Tool[]

  constructor(settingsOf: FsToolSettingsOf) {
    const turns = new FileTurns()
    this.#settingsOf = settingsOf
    this.#always = [readTool(settingsOf), writeTool(settingsOf, turns), editTool(settingsOf, turns)] as Tool[]
    this.#withPatches = [...this.#always, applyPatchTool(settingsOf, turns) as Tool]
  }

  tools(agentId: string): readonly Tool[] {
    return this.#settingsOf(agentId).applyPatchEnabled ? this.#withPatches : this.#always
  }

  /** Nothing runs in the background. */
  async close(): Promise<void> {
    return undefined
  }
}
