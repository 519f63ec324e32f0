import type { Tool } from '../../application/ports/tools.js'
import type { FileTurns } from './file-turns.js'
import type { FsToolSettingsOf } from './fs-tool-settings.js'
import { attempted, told } from './outcomes.js'
import { parsePatch } from './parse-patch.js'
import type { PatchSection } from './patch.js'
import { PatchPlan } from './plan-patch.js'
import { replaceFiles } from './replace-files.js'
import { type ApplyPatchParams, applyPatchParams } from './tool-params.js'
import { ToolRefusal } from './tool-refusal.js'

const DESCRIPTION = `Changes several files at once, all or none. The patch looks like this:
*** Begin Patch
*** Add File: new.txt
+every line of it
*** Update File: src/a.ts
*** Move to: src/b.ts
@@ function greet() {
 a line that stays
-a line that goes
+a line that comes
*** Delete File: old.txt
*** End Patch
"Move to" and the words after @@ (a line above the change) are optional. Keep about 3 lines around each change.`

/** `apply_patch`: several files, all or none. */
export function applyPatchTool(settingsOf: FsToolSettingsOf, turns: FileTurns): Tool<ApplyPatchParams> {
  return {
    name: 'apply_patch',
    description: DESCRIPTION,
    params: () => applyPatchParams,
    run: ({ patch }, { agentId, workspace, signal }) =>
      attempted('apply the patch', signal, async () => {
        const settings = settingsOf(agentId)
        if (!settings.applyPatchEnabled) throw new ToolRefusal('the tool is switched off')
        const { isOffLimits } = settings
        const workspaceOnly = settings.workspaceOnly || settings.applyPatchWorkspaceOnly
        const sections = parsePatch(patch)
        const paths = [...new Set(sections.flatMap(pathsOf))]
        await turns.at(paths, { workspace, workspaceOnly, isOffLimits }, async (places) => {
          const byPath = new Map(places.map((place) => [place.given, place]))
          const plan = new PatchPlan((path) => {
            const place = byPath.get(path)
            if (place === undefined) throw new RangeError(`nobody looked where ${path} is`)
            return place
          })
          for (const section of sections) await plan.add(section)
          await replaceFiles(plan.changes)
        })
        return told(sections.map(summaryOf).join('\n'), {
          sections: sections.map(({ kind, path }) => ({ kind, path })),
        })
      }),
  }
}

function pathsOf(section: PatchSection): readonly string[] {
  return section.kind === 'update' && section.moveTo !== null ? [section.path, section.moveTo] : [section.path]
}

function summaryOf(section: PatchSection): string {
  if (section.kind === 'add') return `added ${section.path}`
  if (section.kind === 'delete') return `deleted ${section.path}`
  return section.moveTo === null ? `updated ${section.path}` : `updated ${section.path}, now ${section.moveTo}`
}
