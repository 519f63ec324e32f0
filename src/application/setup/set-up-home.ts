import { agentsOf } from '../../domain/config/agents.js'
import { type DotenvVariable, withVariables } from '../../domain/setup/dotenv-text.js'
import { makeWorkspace } from '../agents/make-workspace.js'
import type { ConfigReading, ConfigSource, ConfigWritten } from '../ports/config-source.js'
import type { Document } from '../ports/document.js'
import type { HomeFiles } from '../ports/home-files.js'
import type { WorkspaceFiles } from '../ports/workspace-files.js'
import type { SetupPlan } from './plan-setup.js'

export interface SetUpParts {
  readonly source: ConfigSource
  readonly files: Pick<HomeFiles, 'makeDirectory'>
  readonly workspaces: Pick<WorkspaceFiles, 'inspect' | 'add'>
  /** `<state dir>/.env`. */
  readonly variables: Document
}

/** One thing that a set-up looked after. */
export interface SetupStep {
  readonly action: 'created' | 'changed' | 'kept'
  readonly what: 'state directory' | 'configuration' | 'variables' | 'workspace'
  /** Absolute. */
  readonly path: string
}

/** What became of a set-up. */
export interface SetUpHome {
  readonly steps: readonly SetupStep[]
  readonly written: ConfigWritten
  /** Of the default agent; null where no gateway is to run. */
  readonly workspace: string | null
}

/**
 * Makes the state directory, writes the configuration and the variables, and makes the workspace. May be repeated: what is
 * there already is kept. Nothing is written when the configuration would not be valid.
 * Rejects with ConfigFailure, DocumentFailure, HomeFilesFailure and WorkspaceFilesFailure.
 */
export async function setUpHome(
  plan: SetupPlan,
  about: { readonly stateDir: string; readonly before: ConfigReading; readonly actor: string },
  parts: SetUpParts,
): Promise<SetUpHome> {
  const { stateDir, before, actor } = about
  await parts.source.edit(plan.edits, { baseHash: before.hash, dryRun: true })
  const isNewHome = await parts.files.makeDirectory(stateDir)
  const written = await parts.source.edit(plan.edits, { baseHash: before.hash, origin: { source: 'cli', actor } })
  const steps: SetupStep[] = [
    { action: isNewHome ? 'created' : 'kept', what: 'state directory', path: stateDir },
    { action: actionOn(before.exists, written.written.length > 0), what: 'configuration', path: written.path },
    ...(await writeVariables(plan.variables, parts.variables)),
  ]
  if (plan.mode === 'remote') return { steps, written, workspace: null }
  const workspace = await prepareWorkspace(written, stateDir, parts)
  return { steps: [...steps, workspace], written, workspace: workspace.path }
}

function actionOn(wasThere: boolean, isWritten: boolean): SetupStep['action'] {
  if (!isWritten) return 'kept'
  return wasThere ? 'changed' : 'created'
}

async function writeVariables(variables: readonly DotenvVariable[], document: Document): Promise<SetupStep[]> {
  if (variables.length === 0) return []
  const before = await document.read()
  const after = withVariables(before ?? '', variables)
  if (after !== before) await document.write(after)
  return [{ action: actionOn(before !== null, after !== before), what: 'variables', path: document.location }]
}

async function prepareWorkspace(
  { config }: ConfigWritten,
  stateDir: string,
  { files, workspaces }: SetUpParts,
): Promise<SetupStep & { what: 'workspace' }> {
  if (config === null) throw new Error('a configuration was written that is not valid')
  const [agent] = agentsOf(config, `${stateDir}/workspace`)
  if (agent === undefined) throw new Error('a configuration without an agent')
  const isNew = await files.makeDirectory(agent.workspace)
  await makeWorkspace(workspaces, agent, config.agents.defaults.skipBootstrap)
  return { action: isNew ? 'created' : 'kept', what: 'workspace', path: agent.workspace }
}
