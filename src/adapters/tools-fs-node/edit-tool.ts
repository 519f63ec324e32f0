import type { Tool } from '../../application/ports/tools.js'
import type { FileTurns } from './file-turns.js'
import type { FsToolSettingsOf } from './fs-tool-settings.js'
import { attempted, told } from './outcomes.js'
import { replaceFiles } from './replace-files.js'
import { replaceOnce } from './replace-once.js'
import { readWholeText } from './text-file.js'
import { type EditParams, editParams } from './tool-params.js'
import { ToolRefusal } from './tool-refusal.js'

/** `edit`: one place of a file. */
export function editTool(settingsOf: FsToolSettingsOf, turns: FileTurns): Tool<EditParams> {
  return {
    name: 'edit',
    description:
      'Replaces one piece of text in a file. oldText must stand in the file exactly as given, and only once: ' +
      'quote as many lines around it as that takes.',
    params: () => editParams,
    run: ({ path, oldText, newText }, { agentId, workspace, signal }) =>
      attempted(`edit ${path}`, signal, async () => {
        const { workspaceOnly, isOffLimits } = settingsOf(agentId)
        const { place, firstLine } = await turns.at(
          [path],
          { workspace, workspaceOnly, isOffLimits },
          async ([place]) => {
            const before = await readWholeText(place)
            if (before === null) throw new ToolRefusal('there is no such file')
            const { text, firstLine } = replaceOnce(before.text, oldText, newText)
            await replaceFiles([{ place, text }])
            return { place, firstLine }
          },
        )
        return told(`Edited ${path} at line ${firstLine}.`, { path: place.path, firstLine })
      }),
  }
}
