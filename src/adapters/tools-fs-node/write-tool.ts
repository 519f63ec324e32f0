import { Buffer } from 'node:buffer'
import type { Tool } from '../../application/ports/tools.js'
import type { FileTurns } from './file-turns.js'
import type { FsToolSettingsOf } from './fs-tool-settings.js'
import { attempted, told } from './outcomes.js'
import { replaceFiles } from './replace-files.js'
import { type WriteParams, writeParams } from './tool-params.js'

/** `write`: the whole text of a file, new or not. */
export function writeTool(settingsOf: FsToolSettingsOf, turns: FileTurns): Tool<WriteParams> {
  return {
    name: 'write',
    description: 'Writes a whole text file. Replaces what it contained; makes missing folders.',
    params: () => writeParams,
    run: ({ path, content }, { agentId, workspace, signal }) =>
      attempted(`write ${path}`, signal, async () => {
        const { workspaceOnly, isOffLimits } = settingsOf(agentId)
        const place = await turns.at([path], { workspace, workspaceOnly, isOffLimits }, async ([place]) => {
          await replaceFiles([{ place, text: content }])
          return place
        })
        const bytes = Buffer.byteLength(content)
        return told(`Wrote ${bytes} bytes to ${path}.`, { path: place.path, bytes })
      }),
  }
}
